import type { EventStore } from '#event-store';
import type { IntegrityProblem, IntegrityReport } from '#messaging';
import type { ReleaseSummaryRow } from '../database/release-summary.js';
import { type Standing, standingOf } from './standing.js';

type Mismatch = IntegrityReport['mismatches'][number];

/** What comparing a release's read model with its log came to; both null when they agree. */
export interface Comparison {
  readonly standing: Standing;
  readonly mismatch: Mismatch | null;
  /** The log ends before what was once read from it. A chain of hashes cannot tell that its end was cut off; this can. */
  readonly cutOff: IntegrityProblem | null;
}

/**
 * Compares what a release is by its log with what the read model says, at the revision that the read model has. Events
 * that the read models should hold by now and do not are a mismatch as well.
 * @param projected the place in the log up to which the read models were brought before
 */
export async function compare(
  store: EventStore,
  release: string,
  summary: ReleaseSummaryRow | null,
  projected: number,
): Promise<Comparison> {
  const standing = await standingOf(store, release, summary?.revision ?? -1);
  return { standing, mismatch: mismatchOf(release, summary, standing, projected), cutOff: cutOff(summary, standing) };
}

function mismatchOf(
  release: string,
  summary: ReleaseSummaryRow | null,
  { now, then, revision, position }: Standing,
  projected: number,
): Mismatch | null {
  if (!summary) return now.status === 'absent' ? null : { release, log: now.status, projection: 'absent' };
  if (then.status !== summary.state) return { release, log: then.status, projection: summary.state };
  if (revision <= summary.revision || position > projected) return null;
  const projection = `${summary.state} (revision ${summary.revision})`;
  return { release, log: `${now.status} (revision ${revision})`, projection };
}

function cutOff(summary: ReleaseSummaryRow | null, { revision }: Standing): IntegrityProblem | null {
  if (!summary || revision >= summary.revision) return null;
  const why = `the stream ends at revision ${revision}, but revision ${summary.revision} was read from it before`;
  return { stream: `release-${summary.release}`, revision: revision + 1, event: null, why };
}
