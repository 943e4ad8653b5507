import {
  applyDecorators,
  Body,
  HttpCode,
  type PipeTransform,
  Query,
  RequestMapping,
  RequestMethod,
} from '@nestjs/common';
import type { z } from 'zod';
import { validateDocument } from '#domain';
import { Rejection } from '#messaging';
import { YamlText } from '../documents/yaml-text.js';
import { HttpRejection } from '../problems/http-problem.js';
import type { Endpoint } from './endpoint.js';

/** Puts a method of a controller behind an endpoint of the table. */
export function At({ method, path, reply }: Endpoint): MethodDecorator {
  return applyDecorators(RequestMapping({ method: RequestMethod[method], path }), HttpCode(reply.status));
}

/** The body of a command, held against its schema. None is an empty one. */
export function CommandBody<T>(schema: z.ZodType<T>): ParameterDecorator {
  return Body(new Checked(schema, 'body'));
}

/** The query of a request, held against its schema. */
export function CheckedQuery<T>(schema: z.ZodType<T>): ParameterDecorator {
  return Query(new Checked(schema, 'query'));
}

class Checked<T> implements PipeTransform<unknown, T> {
  constructor(
    private readonly schema: z.ZodType<T>,
    private readonly source: 'body' | 'query',
  ) {}

  /** @throws Rejection with everything that is wrong */
  transform(value: unknown): T {
    if (value instanceof YamlText) throw new HttpRejection(JSON_ONLY);
    const read = validateDocument(this.schema, value ?? {}, this.source);
    if (read.ok) return read.value;
    const message = `the ${this.source} is not as it should be`;
    throw new Rejection({ kind: 'invalid', code: 'INVALID_REQUEST', message, errors: read.problems });
  }
}

const JSON_ONLY = { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE', message: 'a command is sent as application/json' };
