import type { FastifyInstance } from 'fastify';

/** Requests that are still being answered at the end have this long; then their connections are closed. */
const FAREWELL_MS = 5_000;

/** Ends in good order: what was asked is answered, and every answer is the last on its connection. */
export function sayFarewell(fastify: FastifyInstance): void {
  let ending = false;
  fastify.addHook('preClose', async () => {
    ending = true;
    setTimeout(() => fastify.server.closeAllConnections(), FAREWELL_MS).unref();
  });
  fastify.addHook('onSend', async (_request, reply) => {
    if (ending) reply.header('connection', 'close');
  });
}
