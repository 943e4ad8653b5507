import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyServerOptions } from 'fastify';
import { correlationIdOf } from '../commands/correlation.js';
import { bodyLimit } from '../endpoints/endpoint.js';
import { frameworkProblem, INTERNAL } from '../problems/foreign-errors.js';
import { sendProblem } from '../problems/problem-filter.js';

/** A request has to be here within this time; answers may take as long as they need. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Ids of releases are longer than the hundred characters that the router allows by itself. */
const LONGEST_PARAMETER = 300;

const OPTIONS: FastifyServerOptions = {
  bodyLimit: bodyLimit(),
  exposeHeadRoutes: false,
  requestTimeout: REQUEST_TIMEOUT_MS,
  routerOptions: { maxParamLength: LONGEST_PARAMETER },
  genReqId: (request) => correlationIdOf(request.headers),
  // What the router refuses before any route is found.
  frameworkErrors: (error, _request, reply) =>
    sendProblem(reply, frameworkProblem(error.statusCode ?? 500, error.message) ?? INTERNAL),
};

/** Fastify as the gateway needs it. */
export function createAdapter(): FastifyAdapter {
  return new FastifyAdapter(OPTIONS);
}
