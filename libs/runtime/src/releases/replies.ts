import type { Refusal, RefusalCode } from '#domain';
import type { CommandMeta, ReleaseAnswer, ServiceProblem } from '#messaging';
import { Rejection } from '#messaging';
import { activeTrace } from '../tracing/trace-context.js';
import type { Orderer, Outcome } from './release-book.js';

/** A command's meta as it came over the wire, as the one who orders. Whoever comes through the gateway is a person. */
export function ordererOf(meta: CommandMeta): Orderer {
  const { actor, ...rest } = meta;
  // The span that carries it out, when there is one, and not the one that asked.
  const traceparent = activeTrace()?.traceparent ?? meta.traceparent;
  return { ...rest, actor: { kind: 'person', ...actor }, ...(traceparent ? { traceparent } : {}) };
}

/** What an order came to, as the reply. @throws Rejection when it was refused */
export function answerOf(release: string, outcome: Outcome): ReleaseAnswer {
  switch (outcome.outcome) {
    case 'done':
      return { id: release, state: outcome.status, revision: outcome.revision };
    case 'refused':
      throw new Rejection(problemOf(release, outcome.refusal, outcome.revision));
    case 'moved-on': {
      const state = { id: release, state: outcome.status, revision: outcome.revision };
      const message = `the release has moved on to revision ${outcome.revision} and is ${outcome.status}; look at it and decide again`;
      throw new Rejection({ kind: 'conflict', code: 'REVISION_CONFLICT', message, state });
    }
  }
}

const FORBIDDEN: readonly RefusalCode[] = [
  'SELF_APPROVAL',
  'SELF_CONFIRMATION',
  'SELF_START',
  'LEVEL_TOO_LOW',
  'ROLE_MISSING',
];
const NOT_FOUND: readonly RefusalCode[] = ['UNKNOWN_RELEASE', 'UNKNOWN_BATCH', 'UNKNOWN_UNIT'];

function problemOf(release: string, refusal: Refusal, revision: number): ServiceProblem {
  const { code, message, status } = refusal;
  const state = { id: release, state: status, revision };
  if (NOT_FOUND.includes(code)) return { kind: 'not-found', code, message: `${release}: ${message}` };
  return { kind: FORBIDDEN.includes(code) ? 'forbidden' : 'refused', code, message: `${release}: ${message}`, state };
}
