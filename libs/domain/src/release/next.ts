import type { Unit } from '../documents/topology.js';
import { isAdvanceDue } from './advance.js';
import { waitsForItsTurn } from './evolve-unit.js';
import { isWaitingForTheEnd, runLeft } from './observation.js';
import { isForAnObstacle, type Obstacle } from './obstacle.js';
import { plannedBatch, plannedUnit } from './plan-index.js';
import type { Reading } from './reading.js';
import { countedTo } from './run-time.js';
import { untilSign } from './sign-of-life.js';
import { type StagingEffect, stagingEffect, stagingTimes } from './staging-agenda.js';
import { type BatchState, isStarted, type ReleaseState, type Started } from './state.js';
import { isEnd } from './status.js';
import { deadlineOf, frontWave, gateAt, isTakingUnits, rollbackFront, roomFor } from './waves.js';

/** One thing to be done to one unit. */
export interface Effect {
  readonly kind: 'deploy' | 'roll-back';
  readonly batch: string;
  readonly unit: Unit;
  /** It was begun: the log awaits its outcome. Whoever has it in hand goes on; after a crash it is taken up again. */
  readonly inFlight: boolean;
}

/** So many effects at most are due at a time. Who has begun these asks again, and more are due. */
const MOST_DUE = 1_000;

/** What is due now, and when to look again if nothing happens before. */
export interface Agenda {
  /** The command `advance` has something to do. It goes first: until then nothing new is begun. */
  readonly advance: boolean;
  /** A gate is about to open, or it waits for one: what is in the way outside of the release has to be looked at. */
  readonly looksAround: boolean;
  readonly effects: readonly Effect[];
  /** What is to be done for the staging environment; null when nothing is. */
  readonly staging: StagingEffect | null;
  /** Milliseconds since the epoch. */
  readonly wakeAt: number | null;
}

/**
 * Answers, at any time and after any crash, what is to be done for this release. There is no other memory of it.
 *
 * @param obstacles what is in the way outside of the release; undefined when nobody has looked
 * @param reading of the steady clock of whoever asks, by which intervals are counted
 */
export function next(from: ReleaseState, now: number, obstacles?: readonly Obstacle[], reading?: Reading): Agenda {
  if (!isStarted(from)) return { advance: false, looksAround: false, effects: [], staging: null, wakeAt: null };
  const advance = isAdvanceDue(from, { at: new Date(now).toISOString(), obstacles, reading });
  const state = countedTo(from, now, reading);
  const effects = advance ? begunEffects(state) : [...begunEffects(state), ...dueEffects(state, now)];
  return {
    advance,
    looksAround: looksAround(state, advance),
    effects,
    staging: stagingEffect(state, now),
    wakeAt: wakeAt(state, now, reading ? untilSign(from, state) : null),
  };
}

/** Whatever is due may end with a gate that opens: the last batch of a wave passes, and the next wave opens at once. */
function looksAround(state: Started, advance: boolean): boolean {
  if (state.status === 'held' && isForAnObstacle(state.hold.cause)) return true;
  if (state.status !== 'running' && state.status !== 'held') return false;
  const mayOpen = advance || (state.status === 'running' && state.active.length === 0);
  return mayOpen && state.openWave + 1 < state.plan.waves.length;
}

function begunEffects(state: Started): Effect[] {
  const begun: Effect[] = [];
  for (const number of state.active) {
    for (const unit of state.batches.at(number).inFlight) begun.push(effect(state, number, unit, true));
  }
  return begun;
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
  const due: Effect[] = [];
  for (const number of workedOn(state)) {
    for (const unit of waiting(state, state.batches.at(number), now)) due.push(effect(state, number, unit, false));
    if (due.length >= MOST_DUE) break;
  }
  return due;
}

/** The batches whose units may be begun now. */
function workedOn(state: Started): number[] {
  if (state.status === 'rolling-back') return rollbackFront(state);
  if (state.status !== 'running') return [];
  const front = frontWave(state);
  return state.active.filter((number) => isTakingUnits(state, number, front));
}

/** First those whose time to be tried again has come, then the next in order, as many as there is room for. */
function waiting(state: Started, batch: BatchState, now: number): number[] {
  const ripe = batch.retrying.filter((unit) => Date.parse(state.units.at(unit).retryAt ?? '') <= now);
  const places = state.spec.limits.unitsAtOnce - batch.inFlight.length;
  const chosen = ripe.slice(0, Math.max(0, places));
  const most = Math.min(places, chosen.length + roomFor(state, batch));
  for (let place = batch.cursor; place < batch.queue.length && chosen.length < most; place += 1) {
    const unit = batch.queue[place] as number;
    if (waitsForItsTurn(batch, state.units.at(unit))) chosen.push(unit);
  }
  return chosen;
}

/** The earliest time ahead at which something is due that is not due now. */
function wakeAt(state: Started, now: number, untilSign: number | null): number | null {
  if (isEnd(state.status)) return null;
  let earliest = Number.POSITIVE_INFINITY;
  const consider = (time: number) => {
    if (time > now && time < earliest) earliest = time;
  };
  for (const time of stagingTimes(state)) consider(time);
  if (state.status === 'held' && state.hold.until !== undefined) consider(Date.parse(state.hold.until));
  for (const number of state.active) {
    const batch = state.batches.at(number);
    for (const unit of batch.retrying) consider(Date.parse(state.units.at(unit).retryAt ?? ''));
    if (batch.status !== 'observing' && batch.status !== 'held') continue;
    consider(gateAt(state, number));
    consider(deadlineOf(state, number));
  }
  consider(now + (untilSign ?? 0));
  if (isWaitingForTheEnd(state)) consider(now + runLeft(state));
  return Number.isFinite(earliest) ? earliest : null;
}
