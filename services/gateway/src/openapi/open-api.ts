import type { OpenAPIObject } from '@nestjs/swagger';
import { Problem } from '../endpoints/audit-replies.js';
import { bodyLimit, type Endpoint, pathParameters, type Reply } from '../endpoints/endpoint.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { PROBLEM_MEDIA_TYPE } from '../problems/http-problem.js';
import { componentSchemas, fieldsOf, type JsonSchema, referenceTo } from './schemas.js';

const VERSION = '1';
const YAML = 'application/yaml';

/** The table of endpoints as OpenAPI 3.1. */
function openApi(endpoints: Readonly<Record<string, Endpoint>>): OpenAPIObject {
  const paths: Record<string, JsonSchema> = {};
  for (const [operationId, endpoint] of Object.entries(endpoints)) {
    const path = endpoint.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(operationId, endpoint) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: VERSION,
      description: 'Phased releases: what is running where, why, who allowed it, and how to undo it.',
    },
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operation(operationId: string, endpoint: Endpoint): JsonSchema {
  const { summary, allow, body, reply, otherwise } = endpoint;
  const replies = [reply, ...(otherwise ? [otherwise] : [])];
  return {
    operationId,
    summary,
    description: allow === 'anybody' ? 'Needs no token.' : `Needs the role ${allow.join(' or ')}.`,
    security: allow === 'anybody' ? [] : [{ token: [] }],
    parameters: parameters(endpoint),
    ...(body ? { requestBody: requestBody(body) } : {}),
    responses: {
      ...Object.fromEntries(replies.map((reply) => [reply.status, described(reply, endpoint)])),
      default: {
        description: 'A problem (RFC 9457)',
        content: { [PROBLEM_MEDIA_TYPE]: { schema: referenceTo(Problem) } },
      },
    },
  };
}

function parameters({ method, path, query, allow, streams }: Endpoint): JsonSchema[] {
  const inPath = pathParameters(path).map((name) => parameter('path', name, { type: 'string' }));
  const inQuery = query ? fieldsOf(query).map(([name, schema]) => parameter('query', name, schema)) : [];
  const command = method === 'POST' && allow !== 'anybody' ? COMMAND_HEADERS : [];
  return [...inPath, ...inQuery, ...command, ...(streams ? [RESUME_HEADER] : [])];
}

function parameter(
  place: 'path' | 'query' | 'header',
  name: string,
  { description, ...schema }: JsonSchema,
): JsonSchema {
  return { in: place, name, required: place === 'path', ...(description ? { description } : {}), schema };
}

const COMMAND_HEADERS = [
  parameter('header', 'Idempotency-Key', {
    type: 'string',
    maxLength: 200,
    description: 'The same key again is the same command: it is answered, not carried out again.',
  }),
  parameter('header', 'If-Match', {
    type: 'string',
    description: 'The revision that was seen, in quotes. When the release has moved on, nothing is done.',
  }),
];

const RESUME_HEADER = parameter('header', 'Last-Event-ID', {
  type: 'string',
  description: 'For streams: the id of the last event that came.',
});

function requestBody({ form, schema }: NonNullable<Endpoint['body']>): JsonSchema {
  const content = { schema: referenceTo(schema) };
  const mediaTypes = form === 'document' ? ['application/json', YAML] : ['application/json'];
  return {
    required: form === 'document' || !acceptsNothing(schema),
    description: `At most ${bodyLimit(form) / 1024} KiB.`,
    content: Object.fromEntries(mediaTypes.map((type) => [type, content])),
  };
}

function acceptsNothing(schema: NonNullable<Endpoint['body']>['schema']): boolean {
  return schema.safeParse({}).success;
}

function described(reply: Reply, endpoint: Endpoint): JsonSchema {
  return { description: reply.says, content: replyContent(reply, endpoint) };
}

function replyContent({ mediaType = 'application/json', schema }: Reply, { streams }: Endpoint): JsonSchema {
  return {
    [mediaType]: schema ? { schema: referenceTo(schema) } : {},
    ...(streams ? { 'text/event-stream': { schema: { type: 'string' } } } : {}),
  };
}

/** The description of everything that the gateway takes and answers. */
export const OPEN_API: OpenAPIObject = openApi(ENDPOINTS);
