import { advance, type CallPosition } from './call-position.js';
import type { CallRecord } from './call-record.js';
import { parseCall } from './parse-call.js';

/** A line longer than this is damaged. */
export const LONGEST_LINE = 131_072;
const NEWLINE = 10;
/** What HAProxy writes into the log of a frontend that ends after a reload. It stands for no call. */
const NOTICE = /^Proxy \S+ stopped \(cumulated conns: FE: \d+, BE: \d+\)\.?$/;

/** What was new in a file of call records. */
export interface CallLines {
  readonly calls: readonly CallRecord[];
  /** Lines that could not be read. Each of them might have been any call. */
  readonly damaged: number;
  /** What was wrong with the first of them. */
  readonly damage: string | null;
  readonly position: CallPosition;
}

/** The whole lines in bytes that stand behind a position. The last line stays unread until it is complete. */
export function readLines(bytes: Buffer, from: CallPosition): CallLines {
  const calls: CallRecord[] = [];
  const damages: string[] = [];
  let damaged = 0;
  const spoil = (start: number, why: string): void => {
    damaged += 1;
    if (damages.length === 0) damages.push(`the line at byte ${from.offset + start} ${why}`);
  };
  let start = 0;
  let skipping = from.skipping;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    const line = bytes.subarray(start, end);
    if (line.length > LONGEST_LINE && !skipping) spoil(start, 'is too long');
    else if (!skipping) {
      const text = line.toString('utf8').trim();
      const parsed = text === '' || NOTICE.test(text) ? null : parseCall(text);
      if (parsed?.ok) calls.push(parsed.call);
      else if (parsed) spoil(start, parsed.why);
    }
    skipping = false;
    start = end + 1;
  }
  const rest = bytes.length - start;
  if (!skipping && rest > LONGEST_LINE) {
    spoil(start, 'is too long');
    skipping = true;
  }
  const read = skipping ? bytes : bytes.subarray(0, start);
  return { calls, damaged, damage: damages[0] ?? null, position: advance(from, read, skipping) };
}
