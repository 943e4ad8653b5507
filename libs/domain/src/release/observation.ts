import { toMs } from '../values/duration.js';
import { plannedBatch } from './plan-index.js';
import { leastOf } from './policy-minima.js';
import type { Started } from './state.js';

/** Whether no wave comes after the one of this batch. */
function isOfTheLastWave(state: Started, number: number): boolean {
  return plannedBatch(state.plan, number).wave === state.plan.waves.length - 1;
}

/** For how long a batch has been observed, in milliseconds; null before its observation began. */
export function observedFor(state: Started, number: number): number | null {
  const { observedSince } = state.batches.at(number);
  return observedSince === null ? null : state.time.total - observedSince;
}

/** For how long production has been open, in milliseconds. */
export function ranFor({ time }: Started): number {
  return time.openedAt === null ? 0 : time.total - time.openedAt;
}

/**
 * How much of its observation a batch still has before it, in milliseconds, negative once it is over; null before it
 * began. That is its interval; for the first wave at least what INT-4 asks; and for the last wave at least as much as
 * INT-2 and INT-3 still ask of the whole release.
 */
export function observationLeft(state: Started, number: number): number | null {
  const seen = observedFor(state, number);
  if (seen === null) return null;
  const { wave } = plannedBatch(state.plan, number);
  const left = toMs(state.batches.at(number).interval) - seen;
  const ofFirst = wave === 1 ? leastOf(state).first - seen : left;
  const ofAll = wave > 0 && isOfTheLastWave(state, number) ? runLeft(state, seen) : left;
  return Math.max(left, ofFirst, ofAll);
}

/**
 * How long the release still has to run before it may be complete, in milliseconds, by INT-2 and INT-3; nothing or less
 * when it may.
 *
 * @param seen for how long a batch of the last wave that has not passed yet was observed
 */
export function runLeft(state: Started, seen = 0): number {
  const { total, observe } = leastOf(state);
  const { observed, observedInWave } = state.time;
  return Math.max(total - ranFor(state), observe - observed - Math.max(observedInWave, seen));
}

/** Every batch is done with, and the policy asks the release to run on. */
export function isWaitingForTheEnd(state: Started): boolean {
  return state.status === 'running' && state.active.length === 0 && state.openWave === state.plan.waves.length - 1;
}
