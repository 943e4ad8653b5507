import { toMs } from '../values/duration.js';
import { waitsForItsTurn } from './evolve-unit.js';
import { observationLeft } from './observation.js';
import { plannedBatch } from './plan-index.js';
import { isShut, isStaging, validatorsOf } from './staging.js';
import type { BatchState, Started, UnitState } from './state.js';

/** The lowest wave with a batch that was opened and has not passed; only its batches are deployed. 0 when there is none. */
export function frontWave(state: Started): number {
  let front = Number.POSITIVE_INFINITY;
  for (const number of state.active) front = Math.min(front, plannedBatch(state.plan, number).wave);
  return Number.isFinite(front) ? front : 0;
}

/** Whether units of this batch may be begun while the release runs. `front` is the {@link frontWave}. */
export function isTakingUnits(state: Started, number: number, front: number): boolean {
  const { status, failed } = state.batches.at(number);
  const affordable = failed <= state.spec.limits.failedUnits && (!isStaging(state, number) || isShut(state));
  return status === 'deploying' && plannedBatch(state.plan, number).wave === front && affordable;
}

/** Whether a unit of such a batch is the next, or one to be tried again whose time has come. */
export function isUnitsTurn(batch: BatchState, number: number, unit: UnitState, now: number): boolean {
  if (!batch.retrying.includes(number)) return waitsForItsTurn(batch, unit);
  return unit.retryAt !== null && Date.parse(unit.retryAt) <= now;
}

/**
 * How many more units of the batch may be taken in hand. On the way forward one that waits to be tried again keeps its
 * place: while some are in trouble no others are put at risk. On the way back nothing waits for it.
 */
export function roomFor(state: Started, batch: BatchState): number {
  const waiting = batch.status === 'rolling-back' ? 0 : batch.retrying.length;
  return state.spec.limits.unitsAtOnce - batch.inFlight.length - waiting;
}

/** Everything in the batch's queue has been done, or has failed for good. */
export function isWorkedThrough(batch: BatchState): boolean {
  return batch.cursor === batch.queue.length && batch.inFlight.length === 0 && batch.retrying.length === 0;
}

/** The batches that are put back now: those of the newest wave that still has something to put back. */
export function rollbackFront(state: Started): number[] {
  const front: number[] = [];
  let newest: number | null = null;
  for (const number of state.rollback?.batches ?? []) {
    if (isWorkedThrough(state.batches.at(number))) continue;
    // Traffic goes back before the units do.
    if (isStaging(state, number) && !isShut(state)) continue;
    const { wave } = plannedBatch(state.plan, number);
    newest ??= wave;
    if (wave !== newest) break;
    front.push(number);
  }
  return front;
}

/**
 * When the batch's observation is over, in milliseconds since the epoch; infinity before it began. By the calendar as
 * it is now: what counts is the time that has really passed, see {@link observationLeft}.
 */
export function gateAt(state: Started, number: number): number {
  const left = observationLeft(state, number);
  return left === null ? Number.POSITIVE_INFINITY : state.time.at + left;
}

/** When a batch that is still without all its verdicts holds the release. */
export function deadlineOf(state: Started, number: number): number {
  const gate = gateAt(state, number);
  const { resumedAt } = state.batches.at(number);
  const from = resumedAt === null ? gate : Math.max(gate, Date.parse(resumedAt));
  return from + toMs(state.spec.limits.verdictWithin);
}

/** Every validator has passed the batch. */
export function isJudgedGood(state: Started, number: number): boolean {
  const { verdicts } = state.batches.at(number);
  return validatorsOf(state, number).every((validator) => verdicts.get(validator)?.verdict === 'passed');
}
