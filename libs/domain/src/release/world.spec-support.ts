import type { ReleaseSpec } from '../documents/release.js';
import { STAGING_VALIDATORS } from '../documents/release-flaws.js';
import { STAGING_BATCH } from '../planning/staging.js';
import type { Plan } from '../planning/types.js';
import { toMs } from '../values/duration.js';
import { CLOSED, isClosed, type TrafficSplit } from '../values/traffic.js';
import type { CommandContext, ReleaseOrder } from './commands.js';
import { decide } from './decide.js';
import type { RecordedReleaseEvent, UnitVersion } from './events.js';
import { evolve } from './evolve.js';
import { type Agenda, next } from './next.js';
import { plannedBatch, productionBatches } from './plan-index.js';
import type { Reading } from './reading.js';
import { planned, type Sketch, submissionOf } from './sketch.spec-support.js';
import { ABSENT, type BatchState, isStarted, type ReleaseState, type UnitState } from './state.js';
import { AUTHOR, DIRECTOR, recordedAs, STARTER } from './story.spec-support.js';
import { Witness } from './witness.spec-support.js';

type Actor = CommandContext['actor'];

const ENDS: readonly string[] = ['ReleaseCompleted.v1', 'ReleaseRolledBack.v1', 'ReleaseAborted.v1'];

/** A batch that can be judged, or could be if the release were not on its way back. */
export interface ObservedBatch {
  readonly id: string;
  readonly batch: BatchState;
}

/**
 * A release that was started, with its fleet, on a clock that moves when told. Whatever is ordered, it checks what
 * always has to hold. What people and machines do in it stands in deeds.spec-support.ts.
 */
export class World {
  readonly log: RecordedReleaseEvent[] = [];
  state: ReleaseState = ABSENT;
  /** How the traffic is divided in truth, whatever the log says. */
  router: TrafficSplit = CLOSED;
  readonly plan: Plan;
  readonly spec: ReleaseSpec;
  /** What machines have ordered so far. */
  readonly said: { readonly order: ReleaseOrder; readonly actor: Actor }[] = [];
  /** What the topology has now, by cluster: production alone. */
  readonly topology: Map<string, string[]>;
  /** How often it has changed. */
  changes = 0;
  /** What the calendar shows; somebody may set it. */
  private now = Date.parse('2026-01-05T08:00:00.000Z');
  /** Milliseconds that have really passed. */
  private passed = 0;
  /** The executor's steady clock, by the number of its process: it begins anew with each. */
  private readonly executor = { process: 1, began: 0 };
  private readonly witness: Witness;

  /** @param fleet what each unit runs in truth, whatever the log says */
  constructor(
    sketch: Sketch,
    readonly fleet: Map<string, UnitVersion>,
  ) {
    const made = planned(sketch);
    this.plan = made.plan;
    this.spec = made.spec;
    this.witness = new Witness(made.plan, made.spec, made.policy);
    this.topology = new Map();
    for (const { cluster, units } of made.plan.batches)
      this.topology.set(cluster, [...(this.topology.get(cluster) ?? []), ...units.map(({ id }) => id)]);
    this.order(submissionOf(made), AUTHOR);
    if (this.state.status !== 'ready') this.order({ type: 'approve' }, DIRECTOR);
    this.order({ type: 'start' }, STARTER);
  }

  get agenda(): Agenda {
    return next(this.state, this.now, undefined, this.reading);
  }

  private get reading(): Reading {
    const { process, began } = this.executor;
    return { clock: `executor ${process}`, ms: this.passed - began };
  }

  waitFor(duration: string): void {
    this.pass(toMs(duration));
  }

  /** Somebody sets the calendar, forth or back. No time passes. */
  setCalendar(by: number): void {
    this.now += by;
  }

  /** The executor dies, and another one goes on after a while. */
  restartExecutor(away: string): void {
    this.pass(toMs(away));
    this.executor.process += 1;
    this.executor.began = this.passed;
  }

  private pass(ms: number): void {
    this.now += ms;
    this.passed += ms;
  }

  /** Waits until the agenda has to be looked at again; whether there is such a time. */
  waitForAgenda(): boolean {
    const { wakeAt } = this.agenda;
    if (wakeAt !== null && wakeAt <= this.now) throw new Error('the agenda wants to be looked at in the past');
    this.pass((wakeAt ?? this.now) - this.now);
    return wakeAt !== null;
  }

  /** A machine orders something; it may be ordered again, out of turn. */
  machine(actor: Actor, order: ReleaseOrder): boolean {
    this.said.push({ order, actor });
    return this.order(order, actor);
  }

  /** Gives an order and checks what it came to; whether it was accepted. */
  order(order: ReleaseOrder, actor: Actor): boolean {
    const at = new Date(this.now).toISOString();
    const isTimed = order.type === 'advance' || order.type === 'record-traffic-shifted';
    const reading = isTimed ? this.reading : undefined;
    const command = { ...order, commandId: `c${this.log.length}`, at, actor, ...(reading ? { reading } : {}) };
    const decision = decide(command, this.state);
    if (!decision.ok) return false;
    for (const event of decision.events) {
      const recorded = recordedAs(event, at, this.log.length, command);
      this.log.push(recorded);
      this.witness.see(recorded, this.passed);
      this.checkThatTrafficIsOut(recorded);
      this.state = evolve(this.state, recorded);
      // A crash may cut what happens by itself after any event; it has to go on from there.
      if (order.type === 'advance') this.checkThatItIsLive();
    }
    this.checkThatItIsLive();
    if (order.type === 'advance' && this.agenda.advance) throw new Error('advance did not come to rest');
    if (this.state.status === 'rolled-back') this.checkThatAllIsBack();
    return true;
  }

  runs(unit: string): UnitVersion {
    return this.fleet.get(unit) ?? { version: null, healthy: false };
  }

  unit(id: string): UnitState {
    if (!isStarted(this.state)) throw new Error(`the release is ${this.state.status}`);
    return this.state.units.at(this.state.plan.unitNumber.get(id) ?? -1);
  }

  /** The ids of all batches, with that of staging and those that came later. */
  get batches(): string[] {
    return isStarted(this.state) ? [...this.state.plan.batchNumber.keys()] : [];
  }

  get allUnits(): string[] {
    return isStarted(this.state) ? [...this.state.plan.unitNumber.keys()] : [];
  }

  /** Units of production that are in the plan. */
  get plannedUnits(): string[] {
    return isStarted(this.state)
      ? productionBatches(this.state.plan).flatMap(({ units }) => units.map(({ id }) => id))
      : [];
  }

  /** What could not be deployed, or not be put back, and is not tried again by itself. */
  get failedUnits(): string[] {
    const gaveUp = (id: string) => ['failed', 'not-rolled-back'].includes(this.unit(id).status);
    return isStarted(this.state) ? this.allUnits.filter(gaveUp) : [];
  }

  /** Who judges a batch without being a person. */
  machinesFor(batch: string): string[] {
    const own = this.spec.validate.filter(({ confirm }) => !confirm).map(({ name }) => name);
    return batch === STAGING_BATCH ? [...own, ...STAGING_VALIDATORS] : own;
  }

  /** Somebody has asked for the end, and traffic still has to leave staging. */
  get isAborting(): boolean {
    return this.state.status === 'held' && this.state.hold.cause === 'aborting';
  }

  observed(): ObservedBatch[] {
    const { state } = this;
    if (!isStarted(state)) return [];
    return state.active
      .map((number) => ({ id: plannedBatch(state.plan, number).id, batch: state.batches.at(number) }))
      .filter(({ batch }) => batch.status === 'observing' || batch.status === 'held');
  }

  private checkThatItIsLive(): void {
    if (this.state.status !== 'running' && this.state.status !== 'rolling-back' && !this.isAborting) return;
    const { advance, effects, staging, wakeAt } = this.agenda;
    const isLive = advance || effects.length > 0 || staging !== null || wakeAt !== null;
    if (!isLive) throw new Error(`${this.state.status} and stuck`);
  }

  /** Nothing is done to the units of staging, and production is not opened, while the router sends anybody there. */
  private checkThatTrafficIsOut(event: RecordedReleaseEvent): void {
    const touches = 'unit' in event.data && event.data.batch === STAGING_BATCH && event.type.endsWith('Started.v1');
    const opens = event.type === 'WaveOpened.v1' && event.data.wave > 0;
    if ((touches || opens || ENDS.includes(event.type)) && !isClosed(this.router))
      throw new Error(`${event.type} while ${this.router.internal}/${this.router.production} goes to staging`);
  }

  private checkThatAllIsBack(): void {
    for (const [id, { before }] of this.witness.units) {
      const { version } = this.runs(id);
      if (before && version !== before.version) throw new Error(`${id} runs ${version}, not ${before.version} again`);
    }
  }
}
