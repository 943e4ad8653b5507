import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { CommandMeta } from '#messaging';
import { activeTrace, sha256 } from '#runtime';
import type { Person } from '../access/person.js';
import { malformed } from '../problems/http-problem.js';
import { traceparentOf } from './correlation.js';

const KEY = /^[\x21-\x7e]{1,200}$/;
const ETAG = /^"(0|[1-9]\d{0,14})"$/;

/** What of a request says who gives a command, and which one it is. */
export interface CommandRequest {
  readonly person: Person;
  readonly correlationId: string;
  /** Method, path and what the path names: the same key on another release is another command. */
  readonly route: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * What a service is told of a command beside the command.
 * @throws HttpRejection when a header is not what it has to be
 */
export function commandMeta({ person, correlationId, route, headers }: CommandRequest, reason?: string): CommandMeta {
  const { name, roles, level } = person;
  const expectedRevision = expectedRevisionOf(headers);
  const traceparent = activeTrace()?.traceparent ?? traceparentOf(headers);
  return {
    commandId: commandIdOf(name, route, headers),
    actor: { id: name, roles: [...roles], ...(level ? { level } : {}) },
    ...(reason ? { reason } : {}),
    ...(expectedRevision === undefined ? {} : { expectedRevision }),
    correlationId,
    ...(traceparent ? { traceparent } : {}),
  };
}

/** The same key from the same person at the same place is the same command; without one, each request is another. */
function commandIdOf(actor: string, route: string, headers: IncomingHttpHeaders): string {
  const key = headers['idempotency-key'];
  if (key === undefined) return randomUUID();
  if (typeof key === 'string' && KEY.test(key)) return `k-${sha256(`${actor}\n${route}\n${key}`)}`;
  throw malformed('INVALID_IDEMPOTENCY_KEY', 'Idempotency-Key has to be 1 to 200 visible ASCII characters');
}

function expectedRevisionOf(headers: IncomingHttpHeaders): number | undefined {
  const header = headers['if-match'];
  if (header === undefined) return undefined;
  const revision = ETAG.exec(header)?.[1];
  if (revision !== undefined) return Number(revision);
  throw malformed('INVALID_IF_MATCH', 'If-Match has to be the revision that was seen, in quotes: If-Match: "12"');
}
