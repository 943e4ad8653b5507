import { adapted } from './adaptive-intervals.js';
import type { RecordedReleaseEvent } from './events.js';
import { unprobed } from './evolve-traffic.js';
import { observedFor } from './observation.js';
import { findBatch, unitsOf } from './plan-index.js';
import { isStaging } from './staging.js';
import type { BatchState, Started, UnitState } from './state.js';

type Of<T extends RecordedReleaseEvent['type']> = Extract<RecordedReleaseEvent, { type: T }>;

/** What happens to one batch: its deployment's end, its observation, its verdicts, its failure and its return. */
export function evolveBatch(state: Started, event: RecordedReleaseEvent): Started {
  switch (event.type) {
    case 'BatchDeployed.v1':
      return change(state, event.data.batch, (batch, number) =>
        observed(batch, event, isStaging(state, number) ? null : state.time.total),
      );
    case 'VerdictReached.v1':
      return change(state, event.data.batch, (batch) => judged(batch, event));
    case 'ConfirmationGiven.v1': {
      const confirmation = {
        actor: event.meta.actor.id,
        at: event.at,
        seen: event.data.seen,
        validators: event.data.validators,
      };
      return change(state, event.data.batch, (batch) => ({
        ...batch,
        confirmations: [...batch.confirmations, confirmation],
      }));
    }
    case 'BatchHeld.v1':
      return change(state, event.data.batch, (batch) => ({ ...batch, status: 'held', troubled: true }));
    case 'BatchFailed.v1': {
      const { cause, sentence } = event.data;
      return change(state, event.data.batch, (batch) => ({ ...batch, status: 'failed', failure: { cause, sentence } }));
    }
    case 'IntervalChanged.v1':
      return change(state, event.data.batch, (batch) => ({
        ...batch,
        interval: event.data.to,
        intervalIsFixed: batch.intervalIsFixed || event.meta.actor.kind === 'person',
      }));
    case 'BatchPassed.v1':
      return leave(pass(state, event.data.batch), event.data.batch);
    case 'BatchRolledBack.v1':
      return putBack(state, event.data.batch);
    case 'BatchReopened.v1':
      return reopen(state, event.data.batch);
    default:
      return state;
  }
}

function change(state: Started, id: string, how: (batch: BatchState, number: number) => BatchState): Started {
  const found = findBatch(state, id);
  return found ? { ...state, batches: state.batches.with(found.number, how(found.state, found.number)) } : state;
}

/** Its observation counts towards that of its wave, and tells how long the next ones are to be observed. */
function pass(state: Started, id: string): Started {
  const found = findBatch(state, id);
  if (!found) return state;
  const { number } = found;
  const seen = isStaging(state, number) ? 0 : (observedFor(state, number) ?? 0);
  const time = { ...state.time, observedInWave: Math.max(state.time.observedInWave, seen) };
  const passed = change(state, id, (batch) => ({ ...batch, status: 'passed' }));
  return { ...passed, time, ...adapted(state, number) };
}

/** The numbers of a batch's units in such a status. */
function numbersOf(state: Started, batch: number, isSuch: (status: UnitState['status']) => boolean): number[] {
  return unitsOf(state.plan, batch).filter((unit) => isSuch(state.units.at(unit).status));
}

/** A batch that has passed is no longer worked on. */
function leave(state: Started, id: string): Started {
  const number = state.plan.batchNumber.get(id);
  return { ...state, active: state.active.filter((active) => active !== number) };
}

/** Of a batch that went back by itself more is to be heard; one that went back with the release is done with. */
function putBack(state: Started, id: string): Started {
  const back = change(state, id, (batch, number) => ({
    ...batch,
    status: 'rolled-back',
    deployed: numbersOf(state, number, (status) => status === 'deployed').length,
  }));
  if (!back.rollback) return back;
  const number = state.plan.batchNumber.get(id);
  const rollback = { ...back.rollback, batches: back.rollback.batches.filter((other) => other !== number) };
  const left = rollback.scope === 'release' ? leave(back, id) : back;
  return { ...left, rollback };
}

/** Observation begins now; that of staging once its traffic is there. */
function observed(batch: BatchState, event: Of<'BatchDeployed.v1'>, observedSince: number | null): BatchState {
  const observedFrom = observedSince === null ? null : event.at;
  return { ...batch, status: 'observing', deployedAt: event.at, observedFrom, observedSince, resumedAt: null };
}

function judged(batch: BatchState, event: Of<'VerdictReached.v1'>): BatchState {
  const { validator, verdict, sentence, evidence } = event.data;
  const verdicts = new Map(batch.verdicts).set(validator, { verdict, sentence, evidence, at: event.at });
  return { ...batch, verdicts, troubled: batch.troubled || verdict !== 'passed' };
}

/** The batch with a clean sheet: nothing that an earlier deployment of it showed counts any more. */
export function unobserved(batch: BatchState): BatchState {
  const clean = { observedSince: null, verdicts: new Map(), confirmations: [], failure: null, troubled: false };
  return { ...batch, deployedAt: null, observedFrom: null, ...clean };
}

/**
 * Units that run the new version stay as they are; all others are pending again, with fresh attempts. The sheet is
 * clean: what an earlier deployment of this batch showed does not count.
 */
function reopen(state: Started, id: string): Started {
  const found = findBatch(state, id);
  if (!found) return state;
  const queue = numbersOf(state, found.number, (status) => status !== 'deployed' && status !== 'dropped');
  let units = state.units;
  for (const number of queue)
    units = units.with(number, { ...units.at(number), status: 'pending', tries: 0, retryAt: null });
  const batch: BatchState = {
    ...unobserved(found.state),
    status: 'deploying',
    queue,
    cursor: 0,
    retrying: [],
    deployed: numbersOf(state, found.number, (status) => status === 'deployed').length,
    failed: 0,
  };
  const traffic = state.traffic && isStaging(state, found.number) ? unprobed(state.traffic) : state.traffic;
  return { ...state, batches: state.batches.with(found.number, batch), units, traffic };
}
