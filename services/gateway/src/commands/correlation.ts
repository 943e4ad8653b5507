import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;
const REQUEST_ID = /^[\w.:-]{1,100}$/;

/** The header of W3C Trace Context, when it is well formed. */
export function traceparentOf({ traceparent }: IncomingHttpHeaders): string | undefined {
  return typeof traceparent === 'string' && TRACEPARENT.test(traceparent) ? traceparent : undefined;
}

/** What ties together all that follows from a request: the trace that it is part of, the id that it brought, or a new one. */
export function correlationIdOf(headers: IncomingHttpHeaders): string {
  const trace = TRACEPARENT.exec(traceparentOf(headers) ?? '')?.[1];
  if (trace !== undefined) return trace;
  const brought = headers['x-correlation-id'] ?? headers['x-request-id'];
  return typeof brought === 'string' && REQUEST_ID.test(brought) ? brought : randomUUID();
}
