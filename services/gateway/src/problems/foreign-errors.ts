import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { EventStoreError, InvalidInput } from '#event-store';
import { Rejection, type ServiceProblem } from '#messaging';
import { TokenFileError } from '../access/token-file.js';
import { type HttpProblem, HttpRejection, toHttp } from './http-problem.js';

/** Codes for what the framework refuses before a request reaches anything of ours. */
const FRAMEWORK_CODES: Readonly<Record<number, string>> = {
  400: 'MALFORMED_REQUEST',
  404: 'UNKNOWN_ROUTE',
  413: 'BODY_TOO_LARGE',
  414: 'URL_TOO_LONG',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

/** What a thrown error is to whoever asked; null for what nobody foresaw. */
export function problemOf(error: unknown): HttpProblem | null {
  if (error instanceof HttpRejection) return error.problem;
  if (error instanceof Rejection) return toHttp(error.problem);
  if (error instanceof EventStoreError) return toHttp(storeProblem(error));
  if (error instanceof TokenFileError) return toHttp(TOKENS_UNREADABLE);
  if (error instanceof HttpException) return frameworkProblem(error.getStatus(), error.message);
  return null;
}

/** What the framework says of a request that it refused. Its words for its own failures stay in the log. */
export function frameworkProblem(status: number, message: string): HttpProblem | null {
  if (status < 400 || status >= 500) return null;
  const name = STATUS_CODES[status] ?? 'Bad Request';
  return { status, code: FRAMEWORK_CODES[status] ?? name.toUpperCase().replace(/\W+/g, '_'), message };
}

const TOKENS_UNREADABLE: ServiceProblem = {
  kind: 'unavailable',
  code: 'TOKENS_UNREADABLE',
  message: 'the file of tokens cannot be used; nobody is let in until it can. The log of the gateway says why',
};

export const INTERNAL: HttpProblem = toHttp({
  kind: 'internal',
  code: 'INTERNAL',
  message: 'something broke inside; the log of the gateway says what, under the x-correlation-id of this answer',
});

function storeProblem(error: EventStoreError): ServiceProblem {
  const code = error.code.toUpperCase().replaceAll('-', '_');
  if (error instanceof InvalidInput) return { kind: 'invalid', code, message: error.message };
  return { kind: error.retryable ? 'unavailable' : 'internal', code, message: error.message };
}
