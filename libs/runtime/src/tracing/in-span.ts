import {
  type Attributes,
  type Context,
  context,
  type Link,
  ROOT_CONTEXT,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { spanContextOf } from './trace-context.js';

/** Where a span belongs; made by {@link partOf} and {@link causedBy}. */
export interface Origin {
  readonly parent: Context;
  readonly links: Link[];
}

/** What a span says beside its name. Attributes never hold a secret, a message or what is in a document. */
export interface SpanAbout {
  /** Without one, the span is part of the one that is active. */
  readonly origin?: Origin;
  readonly kind?: SpanKind;
  readonly attributes?: Attributes;
}

/** What a span is about, in the words of the log. */
export interface SpanFacts {
  readonly release?: string | undefined;
  readonly batch?: string | undefined;
  readonly unit?: string | undefined;
  readonly command?: string | undefined;
}

/** The attributes `sluice.release`, `sluice.batch`, `sluice.unit` and `sluice.command`, as far as they are known. */
export function attributesOf(facts: SpanFacts): Attributes {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [`sluice.${name}`, value]));
}

/** Goes on with the trace of a `traceparent`: for what follows at once, or within minutes. */
export function partOf(traceparent: string | undefined, tracestate?: string): Origin {
  const parent = spanContextOf(traceparent, tracestate);
  return { parent: parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT, links: [] };
}

/** Begins a trace that points at the one that caused it: for what may follow hours later. */
export function causedBy(traceparent: string | undefined): Origin {
  const cause = spanContextOf(traceparent);
  return { parent: ROOT_CONTEXT, links: cause ? [{ context: cause }] : [] };
}

/** Does something in a span. What it throws goes on as it is; the span keeps no more of it than its code. */
export function inSpan<T>(name: string, { origin, ...about }: SpanAbout, work: () => Promise<T>): Promise<T> {
  const { parent, links } = origin ?? { parent: context.active(), links: [] };
  // Without an SDK this is a stand-in that does nothing.
  return trace.getTracer('sluice').startActiveSpan(name, { ...about, links }, parent, async (span) => {
    try {
      return await work();
    } catch (error) {
      failSpan(errorCode(error));
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks the active span as failed, under a code such as `timed-out`. */
export function failSpan(code: string): void {
  trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message: code }).setAttribute('error.type', code);
}

/** Does something in no trace at all: what goes on for hours must not seem to be part of whatever began it. */
export function outsideTraces<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** The code of a typed error, else its name: messages may hold what must not leave the service. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknown';
  if ('problem' in error) return errorCode(error.problem);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'name' in error && typeof error.name === 'string' ? error.name : 'unknown';
}
