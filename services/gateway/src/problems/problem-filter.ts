import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#runtime';
import { methodsAt } from '../endpoints/endpoints-at.js';
import { releaseOf } from '../http/release-of.js';
import { INTERNAL, problemOf } from './foreign-errors.js';
import { type HttpProblem, PROBLEM_MEDIA_TYPE, problemDocument } from './http-problem.js';

/** The one place where errors become answers. What nobody foresaw is logged whole and told without a word of it. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const problem = error instanceof NotFoundException ? noSuchRoute(request) : this.known(error, request);
    // Nothing can be said any more on a stream that has begun.
    if (reply.sent) return;
    sendProblem(reply, problem);
  }

  private known(error: unknown, request: FastifyRequest): HttpProblem {
    const problem = problemOf(error) ?? INTERNAL;
    const { method, url, id: correlationId } = request;
    const place = { correlationId, method, url, release: releaseOf(request) };
    if (problem.status === 500) this.logger.error({ ...place, err: error }, 'a request broke something');
    return problem;
  }
}

export function sendProblem(reply: FastifyReply, problem: HttpProblem): void {
  void reply
    .code(problem.status)
    .headers({ 'x-correlation-id': reply.request.id, ...problem.headers })
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(problemDocument(problem)));
}

function noSuchRoute({ method, url }: FastifyRequest): HttpProblem {
  const path = url.split('?', 1)[0] ?? '';
  const methods = methodsAt(path);
  if (methods.length === 0) {
    return {
      status: 404,
      code: 'UNKNOWN_ROUTE',
      message: `there is nothing at ${path}; /openapi.json lists what there is`,
    };
  }
  const allow = methods.join(', ');
  const message = `${path} takes ${allow}, not ${method}`;
  return { status: 405, code: 'METHOD_NOT_ALLOWED', message, headers: { allow } };
}
