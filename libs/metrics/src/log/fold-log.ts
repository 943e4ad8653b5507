import { type Missing, type MissingUnits, missingUnits } from '../counters/missing.js';
import type { Outcome } from '../units/failure.js';
import type { LogPosition } from './position.js';
import type { LogRead } from './read-log.js';

/** How far each unit's log was read, and when. Kept between rounds. */
export type LogPositions = Readonly<Record<string, { readonly position: LogPosition; readonly at: string }>>;

/** Before the first round. */
export const NO_POSITIONS: LogPositions = {};

/**
 * What one round found in the logs of the changed units together. All tallies of a batch, in order, are enough to
 * recompute its verdict bit for bit; they are what is stored.
 */
export interface LogTally {
  /** ISO-8601: since when the matches may have been written; the same as `at` when nothing was read before. */
  readonly since: string;
  /** ISO-8601 */
  readonly at: string;
  readonly matches: number;
  readonly missing: MissingUnits;
  /** How many units' logs grew faster than they were read. */
  readonly behind: number;
}

/** Adds a round. A unit that is missing keeps its position: the next round that reads it covers the time between. */
export function addLogReads(
  positions: LogPositions,
  at: string,
  reads: ReadonlyMap<string, Outcome<LogRead>>,
): { positions: LogPositions; tally: LogTally } {
  const next: Record<string, LogPositions[string]> = { ...positions };
  const missing: Missing[] = [];
  let behind = 0;
  let since = at;
  let matches = 0;
  for (const [unit, read] of reads) {
    if (!read.ok) {
      missing.push({ unit, why: read.why });
      continue;
    }
    const before = positions[unit]?.at ?? at;
    if (Date.parse(before) < Date.parse(since)) since = before;
    matches += read.value.matches;
    next[unit] = { position: read.value.position, at };
    if (read.value.behind) behind += 1;
  }
  return { positions: next, tally: { since, at, matches, missing: missingUnits(missing), behind } };
}
