import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { personOf } from '../access/door.js';
import type { CommandRequest } from './command-meta.js';

/** Who gives the command, and which one it is: `@Command() command: CommandRequest`. */
export const Command = createParamDecorator((_: unknown, context: ExecutionContext): CommandRequest => {
  const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: Record<string, string> }>>();
  const { id, method, headers, params, routeOptions } = request;
  const route = [method, routeOptions.url, ...Object.values(params)].join(' ');
  return { person: personOf(request), correlationId: id, route, headers };
});
