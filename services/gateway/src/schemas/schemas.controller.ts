import { Controller, Headers, HttpStatus, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Rejection } from '#messaging';
import { At } from '../endpoints/decorators.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import type { SchemaList } from '../endpoints/replies.js';
import { isKnown, PUBLISHED, publishedSchema } from './published-schemas.js';

/** An editor may keep them for so long without asking; a new version of Sluice may bring new ones. */
const KEEP_SECONDS = 3_600;

/** The JSON Schemas of documents, for editors. They hold nothing of anybody, so they need no token. */
@Controller()
export class SchemasController {
  @At(ENDPOINTS.listSchemas)
  list(): SchemaList {
    return { schemas: PUBLISHED.map(({ name, kind, id, path }) => ({ name, kind, id, path })) };
  }

  @At(ENDPOINTS.getSchema)
  get(
    @Param('kind') called: string,
    @Headers('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string | undefined {
    const schema = publishedSchema(called);
    if (!schema) {
      const names = PUBLISHED.map(({ name }) => name).join(', ');
      throw new Rejection({ kind: 'not-found', code: 'NOT_FOUND', message: `there is no schema ${called}: ${names}` });
    }
    reply.header('etag', schema.tag).header('cache-control', `public, max-age=${KEEP_SECONDS}`);
    if (isKnown(schema.tag, known)) {
      reply.code(HttpStatus.NOT_MODIFIED);
      return undefined;
    }
    reply.type('application/schema+json');
    return schema.text;
  }
}
