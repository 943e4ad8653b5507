import type { FastifyInstance } from 'fastify';
import type { Logger } from '#runtime';
import { knownPerson } from '../access/door.js';
import { releaseOf } from './release-of.js';

/** One line for each request: changes are news, questions are not. */
export function logRequests(fastify: FastifyInstance, logger: Logger): void {
  fastify.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      release: releaseOf(request),
      actor: knownPerson(request)?.name,
      correlationId: request.id,
    };
    logger[request.method === 'POST' ? 'info' : 'debug'](line, 'answered');
  });
}
