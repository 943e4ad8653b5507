import { formatDuration, type Judgement, type LogCheck, toMs, type VerdictKind } from '#domain';
import { describeMissing, NONE_MISSING } from '../counters/missing.js';
import type { LogTally } from '../log/fold-log.js';
import { type JudgeContext, staleness } from './judge-counts.js';
import { count } from './sentences.js';

/** What all tallies together say. */
interface LogFacts {
  readonly matches: number;
  /** The time in which the matches were written. */
  readonly coveredMs: number;
  readonly perMs: number;
  /** So many lines at least stand within some stretch of `perMs`. */
  readonly busiest: number;
  /** So many lines have to match in the time that was covered; 0 without `min`. */
  readonly required: number;
}

/**
 * Judges how many lines of the changed units' logs match, over all units together:
 *
 * 1. `failed` as soon as some stretch of `per` held more than `max`.
 * 2. `unavailable` when a log could not be read in the latest round, or that round is too old.
 * 3. `undecided` until the logs were watched for the whole interval and read to their ends.
 * 4. `failed` when fewer matched than `min` for each `per` of the time that was watched, parts of a line dropped, at
 *    least one. Before a whole `per` was watched that is still `undecided`.
 * 5. `passed`.
 */
export function judgeLog(check: LogCheck, tallies: readonly LogTally[], context: JudgeContext): Judgement {
  const facts = factsOf(check, tallies);
  const latest = tallies.at(-1);
  const [verdict, sentence] = decide(check, facts, latest, context);
  const { elapsedMs, intervalMs } = context;
  const limits = { min: check.min ?? null, max: check.max ?? null };
  const evidence = { ...facts, ...limits, missing: latest?.missing ?? NONE_MISSING, elapsedMs, intervalMs };
  return { verdict, sentence: `${context.subject} ${sentence}`, evidence };
}

function decide(
  check: LogCheck,
  facts: LogFacts,
  latest: LogTally | undefined,
  context: JudgeContext,
): [VerdictKind, string] {
  const { min, max, per, source } = check;
  const lines = `${facts.matches === 1 ? 'line' : 'lines'} that match ${check.pattern}`;
  const found = `wrote ${count(facts.matches)} ${lines} to ${source} in ${formatDuration(facts.coveredMs)}`;
  if (max !== undefined && facts.busiest > max) {
    return ['failed', `${found}, ${count(facts.busiest)} of them within ${per}; at most ${count(max)} are allowed`];
  }
  const stale = staleness(context);
  if (latest && latest.missing.count > 0)
    return ['unavailable', `cannot be judged: ${describeMissing(latest.missing)}`];
  if (stale !== null) return ['unavailable', `cannot be judged: ${stale}`];
  if (latest && latest.behind > 0) return ['undecided', `${found}, and more than could be read so far`];
  if (Math.min(context.elapsedMs, facts.coveredMs) < context.intervalMs || facts.coveredMs === 0) {
    return ['undecided', `${found}; its interval is not over`];
  }
  if (facts.matches >= facts.required) return ['passed', found];
  const verdict = facts.coveredMs < facts.perMs ? 'undecided' : 'failed';
  return [verdict, `${found}; at least ${count(min ?? 0)} per ${per} are needed`];
}

function factsOf(check: LogCheck, tallies: readonly LogTally[]): LogFacts {
  const perMs = toMs(check.per);
  const spans = spansOf(tallies);
  const coveredMs = lengthOf(spans);
  return {
    matches: tallies.reduce((sum, tally) => sum + tally.matches, 0),
    coveredMs,
    perMs,
    busiest: busiest(spans, perMs),
    required: check.min ? Math.max(1, Math.floor((check.min * coveredMs) / perMs)) : 0,
  };
}

/**
 * The most lines that are certain to stand within one stretch of `perMs`: those of rounds that lie within one
 * together, and of a round that is longer, spread out as evenly as can be.
 */
function busiest(spans: readonly Span[], perMs: number): number {
  let most = 0;
  let sum = 0;
  let oldest = 0;
  for (const span of spans) {
    sum += span.matches;
    for (let first = spans[oldest]; first && span.to - first.from > perMs; first = spans[oldest]) {
      sum -= first.matches;
      oldest += 1;
    }
    const stretches = Math.max(1, Math.ceil((span.to - span.from) / perMs));
    most = Math.max(most, sum, Math.ceil(span.matches / stretches));
  }
  return most;
}

/** When the lines of a round were written at the earliest and the latest, in milliseconds since 1970. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly matches: number;
}

/** Beginnings never go back: where a log was read late, the rounds since then may have its lines. */
function spansOf(tallies: readonly LogTally[]): readonly Span[] {
  let earliest = Number.POSITIVE_INFINITY;
  const spans = [...tallies].reverse().map(({ since, at, matches }) => {
    earliest = Math.min(earliest, Date.parse(since));
    return { from: earliest, to: Date.parse(at), matches };
  });
  return spans.reverse();
}

/** The time that spans cover together. A gap is time in which nobody read, as while the observer was started anew. */
function lengthOf(spans: readonly Span[]): number {
  let length = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { from, to } of spans) {
    length += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return length;
}
