const ROUNDS_AN_INTERVAL = 20;
const SHORTEST_PERIOD_MS = 500;
const LONGEST_PERIOD_MS = 5_000;
/** A call that leaves staging is found within seconds. */
const LONGEST_STAGING_PERIOD_MS = 1_000;
/** Rounds further apart than this, or than so many periods, have a hole between them. */
const LONGEST_GAP_MS = 5_000;
const PERIODS_A_GAP = 4;

/** How often a batch is looked at. */
export interface RoundTiming {
  /** Between two rounds, in milliseconds. */
  readonly periodMs: number;
  /** The longest time between two rounds that counts as observation. */
  readonly longestGapMs: number;
}

/** The timing of a batch that is observed for so long. */
export function roundTiming(intervalMs: number, isStaging: boolean): RoundTiming {
  const longest = isStaging ? LONGEST_STAGING_PERIOD_MS : LONGEST_PERIOD_MS;
  const periodMs = Math.min(longest, Math.max(SHORTEST_PERIOD_MS, intervalMs / ROUNDS_AN_INTERVAL));
  return { periodMs, longestGapMs: Math.max(LONGEST_GAP_MS, PERIODS_A_GAP * periodMs) };
}

/**
 * How long to wait for the next round, so that one falls on the moment at which the batch has been watched for long
 * enough and nobody waits for the one after.
 */
export function untilNextRound({ periodMs }: RoundTiming, intervalMs: number, watchedMs: number): number {
  const left = intervalMs - watchedMs;
  return left > 0 ? Math.min(periodMs, left) : periodMs;
}
