import type { RecordedReleaseEvent } from './events.js';
import { evolveBatch } from './evolve-batch.js';
import { evolveDrift } from './evolve-drift.js';
import { retryUnit } from './evolve-retry.js';
import { evolveTraffic, withNewTries } from './evolve-traffic.js';
import { evolveUnit } from './evolve-unit.js';
import { touchedUnits, unitsOf } from './plan-index.js';
import type { BatchState, Execution, ReleaseState, Rollback, Started, UnitState } from './state.js';
import type { RunTime } from './timing.js';

type Of<T extends RecordedReleaseEvent['type']> = Extract<RecordedReleaseEvent, { type: T }>;

/** What happens to a release as a whole after its start; the events of batches and units go on to their own files. */
export function evolveStarted(state: Started, event: RecordedReleaseEvent): ReleaseState {
  switch (event.type) {
    case 'WaveOpened.v1':
      return openWave(state, event);
    case 'ReleaseHeld.v1':
      return { ...execution(state), status: 'held', hold: { ...event.data, since: event.at } };
    case 'ReleaseResumed.v1':
      return resume(state, event);
    case 'RollbackStarted.v1':
      return startRollback(state, event);
    case 'ReleaseRolledBack.v1':
      return { ...execution(state), status: 'rolled-back', endedAt: event.at };
    case 'ReleaseCompleted.v1':
      return { ...execution(state), status: 'completed', endedAt: event.at };
    case 'ReleaseAborted.v1':
      return { ...execution(state), status: 'aborted', endedAt: event.at };
    case 'StagingProbed.v1':
    case 'TrafficShiftStarted.v1':
    case 'TrafficShifted.v1':
    case 'TrafficShiftFailed.v1':
      return evolveTraffic(state, event);
    case 'TopologyDrifted.v1':
    case 'BatchAdded.v1':
    case 'UnitsDropped.v1':
      return evolveDrift(state, event);
    case 'UnitRetried.v1':
      return retryUnit(state, event);
    case 'UnitDeployStarted.v1':
    case 'UnitDeployed.v1':
    case 'UnitDeployFailed.v1':
    case 'UnitRollbackStarted.v1':
    case 'UnitRolledBack.v1':
    case 'UnitRollbackFailed.v1':
      return evolveUnit(state, event);
    default:
      return evolveBatch(state, event);
  }
}

/** The state without what belongs to one status only: why it is held, when it ended. */
function execution(state: Started): Execution {
  const { hold: _hold, endedAt: _endedAt, status: _status, ...rest } = { hold: null, endedAt: null, ...state };
  return rest;
}

function openWave(state: Started, event: Of<'WaveOpened.v1'>): Started {
  const numbers = state.plan.waves[event.data.wave] ?? [];
  let batches = state.batches;
  for (const number of numbers) {
    batches = batches.with(number, {
      ...batches.at(number),
      status: 'deploying',
      queue: unitsOf(state.plan, number).filter((unit) => state.units.at(unit).status !== 'dropped'),
      cursor: 0,
    });
  }
  const active = [...state.active, ...numbers];
  return { ...state, openWave: event.data.wave, batches, active, time: inNextWave(state.time, event.data.wave) };
}

/** What was observed up to now belongs to the waves that are over; production opens with the first. */
function inNextWave(time: RunTime, wave: number): RunTime {
  const openedAt = wave > 0 ? (time.openedAt ?? time.total) : null;
  return { ...time, openedAt, observed: time.observed + time.observedInWave, observedInWave: 0 };
}

/** Batches that waited for a verdict are observed again, with a new deadline. */
function resume(state: Started, event: Of<'ReleaseResumed.v1'>): Started {
  let batches = state.batches;
  for (const number of state.active) {
    const batch = batches.at(number);
    if (batch.status === 'held' || batch.status === 'observing') {
      batches = batches.with(number, { ...batch, status: 'observing', resumedAt: event.at });
    }
  }
  // Who goes on from a hold for the topology's change has seen it, and goes on with the plan as it is.
  const isSeen = state.status === 'held' && state.hold.cause === 'drift';
  const drift = state.drift && isSeen ? { ...state.drift, waits: false } : state.drift;
  const traffic = state.traffic && withNewTries(state.traffic);
  return { ...execution(state), status: 'running', batches, traffic, drift };
}

function startRollback(state: Started, event: Of<'RollbackStarted.v1'>): Started {
  // Only one unit goes on, which waits for its turn already; what else could not be put back stays as it is.
  if (event.data.only !== undefined && state.rollback) {
    return { ...execution(state), status: 'rolling-back', rollback: state.rollback };
  }
  const numbers = affected(state, event.data);
  let batches = state.batches;
  let units = state.units;
  for (const number of numbers) {
    const batch = turned(state, number);
    const inFlight = new Set(batch.inFlight);
    batches = batches.with(number, batch);
    for (const unit of batch.queue) units = units.with(unit, freshForRollback(units.at(unit), inFlight.has(unit)));
  }
  const { scope, batch, because, evidence } = event.data;
  const rollback: Rollback = { scope, batch, because, evidence, batches: numbers };
  const active = [...new Set([...state.active, ...numbers])];
  return { ...execution(state), status: 'rolling-back', batches, units, active, rollback };
}

/**
 * The batches that a rollback is about, newest wave first: the one that it names, or all that were opened and are not
 * back. What an earlier rollback left unfinished goes on with this one.
 */
function affected(state: Started, { scope, batch }: Of<'RollbackStarted.v1'>['data']): number[] {
  const named = scope === 'batch' ? state.plan.batchNumber.get(batch ?? '') : undefined;
  return newestFirst(state).filter((number) => {
    const { status } = state.batches.at(number);
    return status === 'rolling-back' || number === named || (scope === 'release' && status !== 'rolled-back');
  });
}

function newestFirst(state: Started): number[] {
  return state.plan.waves
    .slice(0, state.openWave + 1)
    .reverse()
    .flatMap((wave) => [...wave].reverse());
}

/** The batch with its face turned round: what was changed is to be put back, the last unit first. */
function turned(state: Started, number: number): BatchState {
  const batch = state.batches.at(number);
  const queue = touchedUnits(state, number).reverse();
  return { ...batch, status: 'rolling-back', queue, cursor: 0, retrying: [], failed: 0 };
}

/** What an earlier rollback has not put back yet waits for its turn again, with all its attempts. */
function freshForRollback(unit: UnitState, inFlight: boolean): UnitState {
  const again = unit.status === 'not-rolled-back' || (unit.status === 'rolling-back' && !inFlight);
  return { ...unit, status: again ? 'deployed' : unit.status, tries: 0, retryAt: null };
}
