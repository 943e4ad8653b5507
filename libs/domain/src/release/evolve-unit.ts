import type { RecordedReleaseEvent } from './events.js';
import { findBatch, findUnit } from './plan-index.js';
import type { Roster } from './roster.js';
import type { BatchState, Started, UnitState } from './state.js';

export type UnitEvent = Extract<
  RecordedReleaseEvent,
  {
    type:
      | 'UnitDeployStarted.v1'
      | 'UnitDeployed.v1'
      | 'UnitDeployFailed.v1'
      | 'UnitRollbackStarted.v1'
      | 'UnitRolledBack.v1'
      | 'UnitRollbackFailed.v1';
  }
>;

/** What happens to one unit, and what its batch has to keep of it. */
export function evolveUnit(state: Started, event: UnitEvent): Started {
  const batch = findBatch(state, event.data.batch);
  const unit = batch && findUnit(state, batch.number, event.data.unit);
  if (!batch || !unit) return state;
  const units = state.units.with(unit.number, unitAfter(unit.state, event));
  const after = moveCursor(batchAfter(batch.state, unit.number, event), units);
  return { ...state, units, batches: state.batches.with(batch.number, after) };
}

function unitAfter(unit: UnitState, event: UnitEvent): UnitState {
  switch (event.type) {
    case 'UnitDeployStarted.v1': {
      // What ran before is what ran before the first touch, not what a failed attempt left behind.
      const { attempt, journal = null } = event.data;
      const before = unit.touched ? unit.before : event.data.before;
      return { ...touchedIn(attempted(unit, attempt), attempt), status: 'deploying', before, journal };
    }
    case 'UnitDeployed.v1': {
      const { attempt, after, changed } = event.data;
      const before = unit.touched ? unit.before : event.data.before;
      return { ...(changed ? touchedIn(unit, attempt) : unit), status: 'deployed', before, after, retryAt: null };
    }
    case 'UnitDeployFailed.v1': {
      const { attempt, retryAt, unchanged } = event.data;
      const asItWas = unchanged && attempt === unit.touchedBy;
      const after = attempted(asItWas ? { ...unit, ...UNTOUCHED } : unit, attempt);
      return { ...after, status: retryAt ? 'retrying' : 'failed', retryAt };
    }
    case 'UnitRollbackStarted.v1':
      return {
        ...rollbackAttempted(unit, event.data.attempt),
        status: 'rolling-back',
        journal: event.data.journal ?? null,
      };
    case 'UnitRolledBack.v1':
      return { ...unit, ...UNTOUCHED, status: 'rolled-back', after: event.data.to, retryAt: null };
    case 'UnitRollbackFailed.v1': {
      const { attempt, retryAt } = event.data;
      return { ...rollbackAttempted(unit, attempt), status: retryAt ? 'rolling-back' : 'not-rolled-back', retryAt };
    }
  }
}

const UNTOUCHED = { touched: false, touchedBy: null } as const;

function touchedIn(unit: UnitState, attempt: number): UnitState {
  return unit.touched ? unit : { ...unit, touched: true, touchedBy: attempt };
}

function attempted(unit: UnitState, attempt: number): UnitState {
  return { ...unit, attempt, tries: attempt > unit.attempt ? unit.tries + 1 : unit.tries, retryAt: null };
}

function rollbackAttempted(unit: UnitState, attempt: number): UnitState {
  const tries = attempt > unit.rollbackAttempt ? unit.tries + 1 : unit.tries;
  return { ...unit, rollbackAttempt: attempt, tries, retryAt: null };
}

function batchAfter(batch: BatchState, unit: number, event: UnitEvent): BatchState {
  switch (event.type) {
    case 'UnitDeployStarted.v1':
    case 'UnitRollbackStarted.v1':
      return { ...without(batch, unit), inFlight: [...without(batch, unit).inFlight, unit] };
    case 'UnitDeployed.v1':
      return { ...without(batch, unit), deployed: batch.deployed + 1 };
    case 'UnitDeployFailed.v1':
      // A deployment that was under way when the batch was turned round: the unit waits to be put back, no more.
      return batch.status === 'rolling-back' ? without(batch, unit) : failedAfter(batch, unit, event.data.retryAt);
    case 'UnitRolledBack.v1':
      return without(batch, unit);
    case 'UnitRollbackFailed.v1':
      return failedAfter(batch, unit, event.data.retryAt);
  }
}

function failedAfter(batch: BatchState, unit: number, retryAt: string | null): BatchState {
  const rest = without(batch, unit);
  return retryAt ? { ...rest, retrying: [...rest.retrying, unit] } : { ...rest, failed: rest.failed + 1 };
}

/** The batch with this unit neither in flight nor waiting to be tried again. */
function without(batch: BatchState, unit: number): BatchState {
  const others = (number: number) => number !== unit;
  return { ...batch, inFlight: batch.inFlight.filter(others), retrying: batch.retrying.filter(others) };
}

/** Units are begun in any order that they become ready in; the cursor follows behind the last gap. */
export function moveCursor(batch: BatchState, units: Roster<UnitState>): BatchState {
  let cursor = batch.cursor;
  while (cursor < batch.queue.length && isBegun(batch, units.at(batch.queue[cursor] as number))) cursor += 1;
  return cursor === batch.cursor ? batch : { ...batch, cursor };
}

function isBegun(batch: BatchState, unit: UnitState): boolean {
  if (batch.status !== 'rolling-back') return unit.status !== 'pending';
  return !unit.touched || unit.status === 'rolling-back' || unit.status === 'not-rolled-back';
}

/** Whether a unit of the queue waits for its turn: to be deployed, or when the batch was turned round, to be put back. */
export function waitsForItsTurn(batch: BatchState, unit: UnitState): boolean {
  return !isBegun(batch, unit) && unit.status !== 'deploying';
}
