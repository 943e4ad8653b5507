import type { LogCheck, Unit } from '#domain';
import { readPattern } from '../regex/pattern.js';
import { inParallel } from '../units/in-parallel.js';
import type { ReadOptions } from '../units/scrape.js';
import { addLogReads, type LogPositions, type LogTally } from './fold-log.js';
import { logPath } from './position.js';
import { readLog } from './read-log.js';

/** The longest pattern of a log check that is taken. */
export const LONGEST_LOG_PATTERN = 500;

/** What a round found, with what the next one goes on from. */
export type LogRound =
  | { readonly ok: true; readonly positions: LogPositions; readonly tally: LogTally }
  | { readonly ok: false; readonly why: string };

/**
 * One round: what is new in the logs of all changed units, 32 at a time.
 *
 * @param at the time of the round, ISO-8601
 * @returns not ok only when the pattern cannot be read; what units do wrong stands in the tally.
 */
export async function readLogs(
  check: Pick<LogCheck, 'source' | 'pattern'>,
  units: readonly Unit[],
  positions: LogPositions,
  at: string,
  options: ReadOptions,
): Promise<LogRound> {
  const read = readPattern(check.pattern, { longest: LONGEST_LOG_PATTERN });
  if (!read.ok) return read;
  const path = logPath(check.source);
  const reads = await inParallel(units, async (unit) => {
    const from = positions[unit.id]?.position ?? null;
    return [unit.id, await readLog(unit, path, read.pattern, from, options)] as const;
  });
  return { ok: true, ...addLogReads(positions, at, new Map(reads)) };
}
