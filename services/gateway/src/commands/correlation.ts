import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { spanContextOf } from '#runtime';

const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** The header of W3C Trace Context, when it is well formed. */
export function traceparentOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  return typeof traceparent === 'string' && spanContextOf(traceparent) ? traceparent : undefined;
}

/** What ties together all that follows from a request: the trace that it is part of, the id that it brought, or a new one. */
export function correlationIdOf(headers: IncomingHttpHeaders): string {
  const trace = spanContextOf(traceparentOf(headers))?.traceId;
  if (trace !== undefined) return trace;
  const brought = headers['x-correlation-id'] ?? headers['x-request-id'];
  return typeof brought === 'string' && REQUEST_ID.test(brought) ? brought : randomUUID();
}
