import { type Judgement, type LatencyCheck, toFraction, type VerdictKind } from '#domain';
import { sumTallies } from '../counters/fold.js';
import type { Tally, Totals } from '../counters/reading.js';
import type { Counts } from './compare.js';
import { type Case, type JudgeContext, judgeCounts } from './judge-counts.js';
import { unavailable } from './sentences.js';

export interface LatencyContext extends JudgeContext {
  /** The buckets of the cluster's unchanged units while there were some. */
  readonly baseline?: Totals | undefined;
}

/** Where requests begin to be slow: half of the control's are faster, and 19 of 20. */
const QUANTILES = [0.5, 0.95] as const;
const ALL = '+Inf';
/** From the worst to the best. */
const ORDER: readonly VerdictKind[] = ['failed', 'cancelled', 'unavailable', 'undecided', 'passed'];

/**
 * Judges how many requests of the changed units are slow. Slow is what takes longer than the first bucket's edge at or
 * above the reference's median, and the same at its 95th percentile; a quantile in the last, open bucket gives the
 * highest edge there is. How many requests are slower is compared like any other count, without a guard; the worse of
 * the two judgements stands. Edges that not all units have are left out.
 */
export function judgeLatency(check: LatencyCheck, tallies: readonly Tally[], context: LatencyContext): Judgement {
  const { changed, control, missing } = sumTallies(tallies);
  const reference = referenceOf(control, context.baseline ?? {}, check.minimum);
  const common = {
    missing: missing.changed,
    tolerance: toFraction(check.tolerance),
    guard: null,
    minimum: check.minimum,
  };
  if (!reference) {
    const counts = { events: 0, exposure: changed[ALL] ?? 0 };
    return judgeCounts({ ...common, changed: counts, reference: null, manner: '' }, context);
  }
  const edges = finiteEdges(reference.totals).filter((edge) => isEmpty(changed) || changed[edge] !== undefined);
  const judgements = thresholds(reference.totals, edges).map((edge) => {
    const facts: Case = {
      ...common,
      changed: slowerThan(edge, changed),
      reference: { ...slowerThan(edge, reference.totals), source: reference.source },
      manner: `slower than ${edge} s`,
    };
    const judgement = judgeCounts(facts, context);
    return { ...judgement, evidence: { ...judgement.evidence, edge } };
  });
  return worst(judgements) ?? unavailable(context.subject, `no bucket's edge is also one of its ${reference.source}'s`);
}

/** What the unchanged units' buckets hold in all: the baseline of batches to come. */
export function latencyBaselineOf(tallies: readonly Tally[]): Totals {
  return sumTallies(tallies).control;
}

interface Reference {
  readonly source: 'control' | 'baseline';
  readonly totals: Totals;
}

function referenceOf(control: Totals, baseline: Totals, minimum: number): Reference | null {
  const candidates: Reference[] = [
    { source: 'control', totals: control },
    { source: 'baseline', totals: baseline },
  ];
  return candidates.find(({ totals }) => (totals[ALL] ?? 0) >= minimum) ?? null;
}

/** From the lowest to the highest. */
function finiteEdges(totals: Totals): string[] {
  const edges = Object.keys(totals).filter((edge) => edge !== ALL);
  return edges.sort((a, b) => Number(a) - Number(b));
}

/** The edges at which to count, one for each quantile, each once. */
function thresholds(totals: Totals, edges: readonly string[]): string[] {
  const highest = edges.at(-1);
  if (highest === undefined) return [];
  const all = totals[ALL] ?? 0;
  const chosen = QUANTILES.map((quantile) => edges.find((edge) => (totals[edge] ?? 0) >= quantile * all) ?? highest);
  return [...new Set(chosen)];
}

function slowerThan(edge: string, totals: Totals): Counts {
  const all = totals[ALL] ?? 0;
  return { events: Math.max(0, all - (totals[edge] ?? 0)), exposure: all };
}

function worst(judgements: readonly Judgement[]): Judgement | undefined {
  return [...judgements].sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict))[0];
}

function isEmpty(totals: Totals): boolean {
  return Object.keys(totals).length === 0;
}
