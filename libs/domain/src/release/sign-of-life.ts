import { toMs } from '../values/duration.js';
import type { ReleaseEvent } from './events.js';
import { isWaitingForTheEnd, observationLeft } from './observation.js';
import type { Started } from './state.js';

/** A crash costs no more of an observation than this part of it, */
const SHARE = 20;
/** or than this. */
const LEAST_MS = 10_000;
const WAITING_MS = 60_000;

/**
 * After how much time that only this process knows of it writes down that the time has passed; null while nothing
 * depends on it. What is not written down a crash takes with it, and it has to be observed again.
 */
function signEvery(state: Started): number | null {
  if (isWaitingForTheEnd(state)) return WAITING_MS;
  let shortest = Number.POSITIVE_INFINITY;
  for (const number of state.active) {
    // What has been observed for long enough waits for something else, and may do so for days.
    if ((observationLeft(state, number) ?? 0) <= 0) continue;
    shortest = Math.min(shortest, toMs(state.batches.at(number).interval));
  }
  return Number.isFinite(shortest) ? Math.max(LEAST_MS, shortest / SHARE) : null;
}

/**
 * Milliseconds until the next sign is due, none or less when it is; null when none will be. A clock that the log has not
 * seen yet shows itself at once: only from there on does its time count.
 *
 * @param counted the release with its time counted by that clock
 */
export function untilSign(state: Started, counted: Started): number | null {
  if (state.status !== 'running' && state.status !== 'held') return null;
  const every = signEvery(counted);
  if (every === null) return null;
  const isNew = state.time.reading?.clock !== counted.time.reading?.clock;
  return isNew ? 0 : every - (counted.time.total - counted.time.logged);
}

/** The release is being carried out, and this much of its time has passed: the reading says how much. */
export const SIGN_OF_LIFE: ReleaseEvent = {
  type: 'RunWitnessed.v1',
  data: {},
  rule: 'INT-1',
  reason: 'so much of the observation has passed for certain',
};
