import { randomUUID } from 'node:crypto';
import type { Reading } from '#domain';

/** Where time comes from. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once, not before the moment; the function that is returned calls it off. */
  wakeAt(moment: number, callback: () => void): () => void;
}

/** A clock that besides can tell how much time has really passed, whatever becomes of the calendar. */
export interface SteadyClock extends Clock {
  /** Of a clock that began with this process and is never set. */
  reading(): Reading;
}

/** A timer of Node's cannot be set further than this. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const CLOCK_OF_THIS_PROCESS = randomUUID();

/** The machine's own clock. */
export const systemClock: SteadyClock = {
  now: () => Date.now(),
  reading: () => ({ clock: CLOCK_OF_THIS_PROCESS, ms: Math.floor(performance.now()) }),
  wakeAt(moment, callback) {
    const wait = Math.min(LONGEST_TIMER_MS, Math.max(0, moment - Date.now()));
    const timer = setTimeout(callback, wait);
    return () => clearTimeout(timer);
  },
};

/** A moment as it stands in events. */
export function iso(moment: number): string {
  return new Date(moment).toISOString();
}
