import type { CallSource } from '#domain';
import type { CallPosition } from './call-position.js';
import type { CallRecord } from './call-record.js';
import { type CallReadOptions, readCalls } from './read-calls.js';

/** What is new in the sources of an environment's calls. */
export interface NewCalls {
  readonly calls: readonly CallRecord[];
  /** Records that could not be read. */
  readonly damaged: number;
  /** Sources that could not be read: which, and why. */
  readonly unreadable: readonly string[];
}

/** How far each file was read, by its path: plain JSON. */
export type CallPositions = Readonly<Record<string, CallPosition>>;

export interface CallFilesRead extends NewCalls {
  readonly positions: CallPositions;
  /** There is more, which the next round gets. */
  readonly behind: boolean;
  /** What was wrong with the first damaged record of each file that has some. */
  readonly damages: readonly string[];
}

/** How much one round takes at most of all files together. */
const MAX_BYTES = 16 * 1_048_576;

/**
 * One round: what is new in all files among the sources, each getting its share of what a round takes. A file without a
 * position is only looked at for its end, so the first round of all marks the time from which calls count.
 */
export async function readCallFiles(
  sources: readonly CallSource[],
  positions: CallPositions,
  options: CallReadOptions = {},
): Promise<CallFilesRead> {
  const files = [...new Set(sources.flatMap((source) => ('file' in source ? [source.file] : [])))];
  const maxBytes = Math.floor((options.maxBytes ?? MAX_BYTES) / Math.max(1, files.length));
  const next: Record<string, CallPosition> = {};
  const calls: CallRecord[] = [];
  const unreadable: string[] = [];
  const damages: string[] = [];
  let damaged = 0;
  let behind = false;
  for (const file of files) {
    const read = await readCalls(file, positions[file] ?? null, { ...options, maxBytes });
    if (read.position) next[file] = read.position;
    if (!read.ok) {
      unreadable.push(`${file} ${read.why}`);
      continue;
    }
    for (const call of read.calls) calls.push(call);
    damaged += read.damaged;
    if (read.damage !== null) damages.push(`${file}: ${read.damage}`);
    behind ||= read.behind;
  }
  return { calls, damaged, damages, unreadable, positions: next, behind };
}
