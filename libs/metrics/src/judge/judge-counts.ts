import type { Evidence, Judgement, VerdictKind } from '#domain';
import { describeMissing, type MissingUnits } from '../counters/missing.js';
import { ALPHA, type Comparison, type Counts, compare } from './compare.js';
import { count, percent, times } from './sentences.js';

/** What a judge is told beside the counters. */
export interface JudgeContext {
  /** What the sentence is about: `checkout 2.4.0 on eu-1`. */
  readonly subject: string;
  /** Since observation of the batch began. */
  readonly elapsedMs: number;
  /** How long the batch is to be observed before it may pass. */
  readonly intervalMs: number;
  /** How old the latest tally is. Absent: not old. */
  readonly latestAgeMs?: number;
  /** From which age on the latest tally says nothing about now. Default 60,000. */
  readonly staleAfterMs?: number;
}

/** What is compared, and by which rules. Shares are 0 to 1. */
export interface Case {
  readonly changed: Counts;
  readonly reference: (Counts & { readonly source: 'control' | 'baseline' }) | null;
  readonly missing: MissingUnits;
  readonly tolerance: number;
  readonly guard: number | null;
  /** Exposure of the changed side below which nothing passes. */
  readonly minimum: number;
  /** How an event is called: `with errors`, `slower than 0.25 s`. */
  readonly manner: string;
}

const STALE_AFTER_MS = 60_000;

/**
 * Judges counts, in this order:
 *
 * 1. `failed`, as soon as the counters say so at {@link ALPHA}, against the reference or the guard. What was counted
 *    was counted, whatever cannot be read now.
 * 2. `unavailable` when a changed unit is missing in the latest round, or that round is too old.
 * 3. `undecided` when there is neither reference nor guard; when too little was seen; when the rate is over the guard,
 *    though it may be chance; when the interval is not over.
 * 4. `passed`.
 */
export function judgeCounts(facts: Case, context: JudgeContext): Judgement {
  const comparison = compare(facts.changed, facts.reference, facts);
  const [verdict, sentence] = decide(facts, comparison, context);
  return { verdict, sentence: `${context.subject} ${sentence}`, evidence: evidenceOf(facts, comparison, context) };
}

function decide(facts: Case, comparison: Comparison, context: JudgeContext): [VerdictKind, string] {
  const { changed, reference, guard, minimum, missing } = facts;
  if (changed.exposure > 0) {
    if (isTooRare(comparison.asBadAsReference)) return ['failed', describe(facts)];
    if (isTooRare(comparison.withinGuard)) return ['failed', describe({ ...facts, reference: null })];
  }
  if (missing.count > 0) return ['unavailable', `cannot be judged: ${describeMissing(missing)}`];
  const stale = staleness(context);
  if (stale !== null) return ['unavailable', `cannot be judged: ${stale}`];
  if (!reference && guard === null) {
    return ['undecided', 'has nothing to compare with: no unchanged unit with enough requests, no baseline, no guard'];
  }
  if (changed.exposure < minimum) {
    return ['undecided', `was seen ${count(changed.exposure)} times, and at least ${count(minimum)} are needed`];
  }
  if (guard !== null && changed.events > guard * changed.exposure) {
    return ['undecided', `${describe({ ...facts, reference: null })}, which may still be chance`];
  }
  if (context.elapsedMs < context.intervalMs) return ['undecided', `${describe(facts)}; its interval is not over`];
  return ['passed', describe(facts)];
}

/** Why the latest round says nothing about now; null when it does. */
export function staleness({ latestAgeMs = 0, staleAfterMs = STALE_AFTER_MS }: JudgeContext): string | null {
  return latestAgeMs > staleAfterMs ? `the latest figures are ${Math.round(latestAgeMs / 1_000)} s old` : null;
}

function isTooRare(probability: number | null): boolean {
  return probability !== null && probability < ALPHA;
}

/** `answers 8.1 % with errors, 3.1 times as often as its control: 41 of 506 against 96 of 17,020`. */
function describe({ changed, reference, guard, manner }: Case): string {
  const rate = rateOf(changed);
  const answers = `answers ${percent(rate)} ${manner}`;
  const figures = `${count(changed.events)} of ${count(changed.exposure)}`;
  if (!reference) {
    const side = guard !== null && rate > guard ? 'over' : 'within';
    return `${answers}, ${side} its guard of ${percent(guard ?? 0)}: ${figures}`;
  }
  const against = `${figures} against ${count(reference.events)} of ${count(reference.exposure)}`;
  if (changed.events === 0 || reference.events === 0) return `${answers}: ${against} of its ${reference.source}`;
  return `${answers}, ${times(rate / rateOf(reference))} as often as its ${reference.source}: ${against}`;
}

function rateOf({ events, exposure }: Counts): number {
  return exposure > 0 ? events / exposure : 0;
}

function evidenceOf(facts: Case, comparison: Comparison, context: JudgeContext): Evidence {
  const { changed, reference, tolerance, guard, minimum, missing } = facts;
  const { elapsedMs, intervalMs } = context;
  return { changed, reference, tolerance, guard, minimum, missing, elapsedMs, intervalMs, alpha: ALPHA, ...comparison };
}
