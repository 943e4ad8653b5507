import type { Unit } from '#domain';
import type { Pattern } from '../regex/pattern.js';
import type { Outcome } from '../units/failure.js';
import { BadAnswer, getFromUnit, type UnitAnswer } from '../units/get.js';
import type { ReadOptions } from '../units/scrape.js';
import { countMatches } from './count-matches.js';
import { advance, BEGINNING, type LogPosition, parseContentRange } from './position.js';

/** What was new in a log. */
export interface LogRead {
  /** Whole lines that match. */
  readonly matches: number;
  readonly position: LogPosition;
  /** There is more, which the next read gets. */
  readonly behind: boolean;
}

const BLOCK_BYTES = 1_048_576;
const BLOCKS_AT_ONCE = 8;
/** How much of a log is looked through when the unit always sends all of it. */
const MAX_WHOLE_BYTES = 64 * 1_048_576;
const NEWLINE = 10;

/**
 * Reads what was added to a unit's log since a position and counts the lines that match, at most 8 MiB at once.
 * Without a position it only finds the log's present end: what stands in it belongs to the time before.
 *
 * A log that was rotated is read from its beginning; what was added to the old one after the last read is lost.
 * The last line counts once it is complete. Whatever the unit does, this returns; trouble behind the first block is for
 * the next read to find.
 */
export async function readLog(
  unit: Unit,
  path: string,
  pattern: Pattern,
  from: LogPosition | null,
  options: ReadOptions,
): Promise<Outcome<LogRead>> {
  const deadline = performance.now() + options.timeoutMs;
  let read: LogRead = { matches: 0, position: from ?? BEGINNING, behind: true };
  for (let block = 0; block < BLOCKS_AT_ONCE && read.behind; block += 1) {
    const timeoutMs = Math.max(1, Math.round(deadline - performance.now()));
    const left = { timeoutMs, signal: options.signal };
    if (from === null) return findEnd(unit, path, left);
    const next = await readBlock(unit, path, pattern, read.position, left);
    if (!next.ok) return block === 0 ? next : { ok: true, value: read };
    read = { ...next.value, matches: read.matches + next.value.matches };
  }
  return { ok: true, value: read };
}

function findEnd(unit: Unit, path: string, options: ReadOptions): Promise<Outcome<LogRead>> {
  const read = async (answer: UnitAnswer) => ({ matches: 0, position: await endOf(answer), behind: false });
  return getRange(unit, path, 'bytes=0-0', options, read);
}

/** A block that shows another file than expected is followed by one from the beginning. */
async function readBlock(
  unit: Unit,
  path: string,
  pattern: Pattern,
  position: LogPosition,
  options: ReadOptions,
): Promise<Outcome<LogRead>> {
  const first = position.offset - position.tail.length;
  const range = `bytes=${first}-${first + BLOCK_BYTES - 1}`;
  return getRange(unit, path, range, options, async (answer) => {
    const bytes = await bytesFrom(answer, first, position);
    const isSame = bytes?.subarray(0, position.tail.length).equals(Buffer.from(position.tail, 'latin1'));
    return bytes && isSame ? count(bytes, pattern, position) : { matches: 0, position: BEGINNING, behind: true };
  });
}

/** The lines of a block that are complete. A line longer than a block is passed over. */
async function count(bytes: Buffer, pattern: Pattern, from: LogPosition): Promise<LogRead> {
  const known = from.tail.length;
  const behind = bytes.length >= BLOCK_BYTES;
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end > known) {
    const matches = await countMatches(bytes.subarray(known, end), pattern);
    return { matches, position: advance(from, bytes.subarray(0, end)), behind };
  }
  return { matches: 0, position: behind ? advance(from, bytes) : from, behind };
}

/** At most one block from a byte on; null when the file ends before it and is therefore another one. */
async function bytesFrom(answer: UnitAnswer, first: number, position: LogPosition): Promise<Buffer | null> {
  if (answer.status === 200) return take(answer, first);
  const range = parseContentRange(answer.headers['content-range']);
  if (answer.status === 416) {
    const isShorter = position.tail !== '' || (range?.size ?? position.offset) < position.offset;
    return isShorter ? null : Buffer.alloc(0);
  }
  if (range?.first !== first) throw new BadAnswer('answers another range of its log than it was asked for');
  return take(answer, 0);
}

/** One block behind so many bytes; null when there are not that many. */
async function take(answer: UnitAnswer, skipped: number): Promise<Buffer | null> {
  const pieces: Uint8Array[] = [];
  let seen = 0;
  for await (const bytes of answer.body) {
    pieces.push(bytes.subarray(Math.max(0, skipped - seen)));
    seen += bytes.length;
    if (seen - skipped >= BLOCK_BYTES) break;
  }
  return seen < skipped ? null : Buffer.concat(pieces).subarray(0, BLOCK_BYTES);
}

async function endOf(answer: UnitAnswer): Promise<LogPosition> {
  if (answer.status !== 200) {
    const size = parseContentRange(answer.headers['content-range'])?.size ?? (answer.status === 416 ? 0 : null);
    if (size === null) throw new BadAnswer('does not say how long its log is');
    return { offset: size, tail: '' };
  }
  let end = BEGINNING;
  for await (const bytes of answer.body) end = advance(end, Buffer.concat([Buffer.from(end.tail, 'latin1'), bytes]));
  return end;
}

function getRange<T>(
  unit: Unit,
  path: string,
  range: string,
  options: ReadOptions,
  read: (answer: UnitAnswer) => Promise<T>,
): Promise<Outcome<T>> {
  const request = { ...options, maxBytes: MAX_WHOLE_BYTES, headers: { range }, accept: [200, 206, 416] };
  return getFromUnit(unit, path, request, read);
}
