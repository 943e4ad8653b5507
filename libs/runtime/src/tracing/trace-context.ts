import {
  createTraceState,
  isSpanContextValid,
  type SpanContext,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api';

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
/** What W3C Trace Context lets a receiver drop; more would travel through every message. */
const LONGEST_TRACESTATE = 512;

/** How a trace travels: the headers of W3C Trace Context. */
export interface TraceHeaders extends Readonly<Record<string, string>> {
  /** `00-<trace id>-<span id>-<flags>`, in hexadecimal. Beside it stands `tracestate`, what vendors add, when there is any. */
  readonly traceparent: string;
}

/** The span that a `traceparent` names; null for a text that is none, and for ids that are all zeros. */
export function spanContextOf(traceparent: string | undefined, tracestate?: string): SpanContext | null {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(traceparent ?? '') ?? [];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const named: SpanContext = { traceId, spanId, traceFlags, isRemote: true, ...stateOf(tracestate) };
  return isSpanContextValid(named) ? named : null;
}

/** The trace that is active here, for whoever goes on with it; undefined while spans are not made. */
export function activeTrace(): TraceHeaders | undefined {
  const active = trace.getActiveSpan()?.spanContext();
  if (!active || !isSpanContextValid(active)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = active;
  const traceparent = `00-${traceId}-${spanId}-${hexOf(traceFlags)}`;
  const tracestate = traceState?.serialize();
  return { traceparent, ...(tracestate ? { tracestate } : {}) };
}

/** What ties a line of the log to the span in which it was written; nothing while none is active. */
export function traceFields(): Readonly<Record<string, string>> {
  const active = trace.getActiveSpan()?.spanContext();
  if (!active || !isSpanContextValid(active)) return {};
  return { trace_id: active.traceId, span_id: active.spanId, trace_flags: hexOf(active.traceFlags) };
}

function stateOf(tracestate: string | undefined): { traceState?: TraceState } {
  if (!tracestate || tracestate.length > LONGEST_TRACESTATE) return {};
  return { traceState: createTraceState(tracestate) };
}

function hexOf(flags: number): string {
  return flags.toString(16).padStart(2, '0');
}
