import { type Judgement, type MetricCheck, toFraction } from '#domain';
import { sumTallies } from '../counters/fold.js';
import type { Tally, Totals } from '../counters/reading.js';
import type { Counts } from './compare.js';
import { type Case, type JudgeContext, judgeCounts } from './judge-counts.js';

export interface MetricContext extends JudgeContext {
  /** What the cluster's unchanged units counted while there were some, for a batch that has none left beside it. */
  readonly baseline?: Counts | undefined;
  /** How an event is called in the sentence. Default: `with errors`. */
  readonly manner?: string;
}

const NONE = { events: 0, exposure: 0 };

/**
 * Judges the changed units' rate `events / exposure` by all tallies of their batch so far: against the control's rate,
 * or the baseline's when the control has fewer than `minimum` exposures, and against the guard.
 * The rules are those of `judgeCounts`.
 */
export function judgeMetric(check: MetricCheck, tallies: readonly Tally[], context: MetricContext): Judgement {
  const sums = sumTallies(tallies);
  const candidates = [
    { ...countsOf(sums.control), source: 'control' as const },
    { ...(context.baseline ?? NONE), source: 'baseline' as const },
  ];
  const facts: Case = {
    changed: countsOf(sums.changed),
    reference: candidates.find(({ exposure }) => exposure >= check.minimum) ?? null,
    missing: sums.missing.changed,
    tolerance: toFraction(check.tolerance),
    guard: check.guard === undefined ? null : toFraction(check.guard),
    minimum: check.minimum,
    manner: context.manner ?? 'with errors',
  };
  return judgeCounts(facts, context);
}

/** What the unchanged units counted in all: the baseline of batches to come. */
export function baselineOf(tallies: readonly Tally[]): Counts {
  return countsOf(sumTallies(tallies).control);
}

function countsOf(totals: Totals): Counts {
  return { events: totals.events ?? 0, exposure: totals.exposure ?? 0 };
}
