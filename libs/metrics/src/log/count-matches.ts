import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Pattern } from '../regex/pattern.js';

/** What stands further behind in a line is not looked at. */
const LONGEST_LINE = 8_192;
/** How long others may have to wait. */
const SLICE_MS = 20;

/** Counts the lines that match, and lets others work in between: a difficult pattern over a megabyte takes a while. */
export async function countMatches(bytes: Uint8Array, pattern: Pattern): Promise<number> {
  let matches = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  for (const line of new TextDecoder().decode(bytes).split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text !== '' && pattern.test(text.slice(0, LONGEST_LINE))) matches += 1;
    if (performance.now() < sliceEnd) continue;
    await yieldToOthers();
    sliceEnd = performance.now() + SLICE_MS;
  }
  return matches;
}
