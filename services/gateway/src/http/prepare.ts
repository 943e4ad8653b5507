import type { FastifyInstance } from 'fastify';
import { YamlText } from '../documents/yaml-text.js';
import { bodyLimit } from '../endpoints/endpoint.js';
import { endpointAt } from '../endpoints/endpoints-at.js';
import { malformed } from '../problems/http-problem.js';

const YAML = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];

/** What holds for every route. Has to be there before the routes are. */
export function prepare(fastify: FastifyInstance): void {
  limitBodies(fastify);
  readBodies(fastify);
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-correlation-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('cache-control', 'no-store');
  });
}

function limitBodies(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const [method = ''] = [route.method].flat();
    route.bodyLimit = bodyLimit(endpointAt(method, route.url)?.body?.form);
  });
}

function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  const asText = { parseAs: 'string' } as const;
  fastify.addContentTypeParser('application/json', asText, async (_: unknown, text: string) => parseJson(text));
  fastify.addContentTypeParser(YAML, asText, async (_: unknown, text: string) => new YamlText(text));
}

/** Whatever fields it has, the schemas let through those that they know and no others. */
function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed('MALFORMED_JSON', `the body is not JSON: ${error.message}`);
    throw error;
  }
}
