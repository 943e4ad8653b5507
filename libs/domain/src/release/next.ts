import type { Unit } from '../documents/topology.js';
import { isAdvanceDue } from './advance.js';
import { waitsForItsTurn } from './evolve-unit.js';
import { plannedBatch, plannedUnit } from './plan-index.js';
import { type BatchState, isStarted, type ReleaseState, type Started } from './state.js';
import { deadlineOf, frontWave, gateAt, isTakingUnits, rollbackFront } from './waves.js';

/** One thing to be done to one unit. */
export interface Effect {
  readonly kind: 'deploy' | 'roll-back';
  readonly batch: string;
  readonly unit: Unit;
  /** It was begun: the log awaits its outcome. Whoever has it in hand goes on; after a crash it is taken up again. */
  readonly inFlight: boolean;
}

/** What is due now, and when to look again if nothing happens before. */
export interface Agenda {
  /** The command `advance` has something to do. It goes first: until then nothing new is begun. */
  readonly advance: boolean;
  readonly effects: readonly Effect[];
  /** Milliseconds since the epoch. */
  readonly wakeAt: number | null;
}

/** Answers, at any time and after any crash, what is to be done for this release. There is no other memory of it. */
export function next(state: ReleaseState, now: number): Agenda {
  if (!isStarted(state)) return { advance: false, effects: [], wakeAt: null };
  const advance = isAdvanceDue(state, new Date(now).toISOString());
  const effects = advance ? begunEffects(state) : [...begunEffects(state), ...dueEffects(state, now)];
  return { advance, effects, wakeAt: earliest(wakeTimes(state), now) };
}

function begunEffects(state: Started): Effect[] {
  return state.active.flatMap((number) => {
    const { inFlight } = state.batches.at(number);
    return inFlight.map((unit) => effect(state, number, unit, true));
  });
}

function effect(state: Started, batch: number, unit: number, inFlight: boolean): Effect {
  const back = inFlight ? state.units.at(unit).status === 'rolling-back' : state.status === 'rolling-back';
  return {
    kind: back ? 'roll-back' : 'deploy',
    batch: plannedBatch(state.plan, batch).id,
    unit: plannedUnit(state.plan, batch, unit),
    inFlight,
  };
}

function dueEffects(state: Started, now: number): Effect[] {
  return workedOn(state).flatMap((number) =>
    waiting(state, state.batches.at(number), now).map((unit) => effect(state, number, unit, false)),
  );
}

/** The batches whose units may be begun now. */
function workedOn(state: Started): number[] {
  if (state.status === 'rolling-back') return rollbackFront(state);
  if (state.status !== 'running') return [];
  const front = frontWave(state);
  return state.active.filter((number) => isTakingUnits(state, number, front));
}

/** As many units as there is room for: first those whose time to be tried again has come, then the next in order. */
function waiting(state: Started, batch: BatchState, now: number): number[] {
  const room = state.spec.limits.unitsAtOnce - batch.inFlight.length;
  const ripe = batch.retrying.filter((unit) => Date.parse(state.units.at(unit).retryAt ?? '') <= now);
  const chosen = ripe.slice(0, Math.max(0, room));
  for (let place = batch.cursor; place < batch.queue.length && chosen.length < room; place += 1) {
    const unit = batch.queue[place] as number;
    if (waitsForItsTurn(batch, state.units.at(unit))) chosen.push(unit);
  }
  return chosen;
}

function wakeTimes(state: Started): number[] {
  if (state.status !== 'running' && state.status !== 'held' && state.status !== 'rolling-back') return [];
  return state.active.flatMap((number) => {
    const batch = state.batches.at(number);
    const retries = batch.retrying.map((unit) => Date.parse(state.units.at(unit).retryAt ?? ''));
    if (batch.status !== 'observing' && batch.status !== 'held') return retries;
    return [...retries, gateAt(batch), deadlineOf(state, batch)];
  });
}

function earliest(times: readonly number[], now: number): number | null {
  const ahead = times.filter((time) => time > now && Number.isFinite(time));
  return ahead.length === 0 ? null : Math.min(...ahead);
}
