import { isReleaseEventType, type ReleaseStatus, TRANSITIONS } from '#domain';
import type { ReleaseSummaryRow } from '../database/release-summary.js';
import type { KnownEvent, LogEvent } from '../story/events.js';

/**
 * The summary of a release after an event of its stream; null before it was submitted. What the release is now follows
 * from the same table as in the core.
 */
export function summarise(summary: ReleaseSummaryRow | null, event: LogEvent): ReleaseSummaryRow | null {
  const { known, recorded } = event;
  if (summary === null) return known?.type === 'ReleaseSubmitted.v1' ? submitted(event, known.data) : null;
  const next = { ...summary, revision: recorded.revision };
  const state = known && stateAfter(summary.state, known);
  return known && state ? { ...next, state, ...details(event, known) } : next;
}

function submitted({ recorded, subject, at }: LogEvent, data: Submission): ReleaseSummaryRow {
  const { service, version, risk, reason } = data.spec;
  return {
    release: subject,
    name: data.name,
    service,
    version,
    risk,
    state: 'submitted',
    author: recorded.meta.actor.id,
    reason,
    submittedAt: at,
    submittedPosition: recorded.position,
    startedAt: null,
    startedByKind: null,
    startedBy: null,
    endedAt: null,
    turnedByKind: null,
    turnedBy: null,
    turnedBecause: null,
    revision: recorded.revision,
  };
}

type Submission = Extract<KnownEvent, { type: 'ReleaseSubmitted.v1' }>['data'];

function details({ recorded, at }: LogEvent, known: KnownEvent): Partial<ReleaseSummaryRow> {
  const { actor, reason } = recorded.meta;
  switch (known.type) {
    case 'ReleaseStarted.v1':
      return { startedAt: at, startedByKind: actor.kind, startedBy: actor.id };
    case 'RollbackStarted.v1': {
      const turnedBecause = reason ?? known.data.because;
      return { turnedByKind: actor.kind, turnedBy: actor.id, turnedBecause, endedAt: null };
    }
    case 'ReleaseRejected.v1':
    case 'ReleaseWithdrawn.v1':
    case 'ReleaseCompleted.v1':
    case 'ReleaseRolledBack.v1':
    case 'ReleaseAborted.v1':
      return { endedAt: at };
    default:
      return {};
  }
}

/** Undefined for an event that is not possible in this state, and so changes nothing. */
function stateAfter(state: string, { type }: KnownEvent): ReleaseStatus | undefined {
  return isReleaseEventType(type) ? TRANSITIONS[type][state as ReleaseStatus] : undefined;
}
