import { STAGING_BATCH } from '../planning/staging.js';
import type { Plan, PlannedBatch } from '../planning/types.js';
import { toMs } from '../values/duration.js';
import type { RecordedReleaseEvent, ReleaseEventType, UnitVersion } from './events.js';
import type { UnitEvent } from './evolve-unit.js';
import { StagingWitness } from './staging-witness.spec-support.js';
import type { Submission } from './state.js';
import { TimesWitness } from './times-witness.spec-support.js';

type Of<T extends ReleaseEventType> = Extract<RecordedReleaseEvent, { type: T }>;

interface SeenUnit {
  last: ReleaseEventType | null;
  /** The attempt that began to change it; null when it is as it was before the release. */
  touchedBy: number | null;
  before: UnitVersion | null;
}

type Planned = Pick<PlannedBatch, 'id' | 'wave' | 'units' | 'interval'>;

interface SeenBatch {
  readonly planned: Planned;
  interval: string;
  /** In milliseconds that have really passed. */
  deployedAt: number | null;
  passed: boolean;
  /** A validator found its deployment to be bad. */
  bad: boolean;
  readonly good: Set<string>;
  readonly inFlight: Set<string>;
}

const FINAL: readonly ReleaseEventType[] = [
  'ReleaseRejected.v1',
  'ReleaseWithdrawn.v1',
  'ReleaseRolledBack.v1',
  'ReleaseAborted.v1',
];
/** What was under way when a release was aborted still comes to an end. */
const LATE_FACTS: readonly ReleaseEventType[] = [
  'UnitDeployed.v1',
  'UnitDeployFailed.v1',
  'UnitRolledBack.v1',
  'UnitRollbackFailed.v1',
];
const MAY_BEGIN_AFTER: readonly (ReleaseEventType | null)[] = [null, 'UnitDeployFailed.v1', 'UnitRolledBack.v1'];
const MAY_BE_PUT_BACK_AFTER: readonly (ReleaseEventType | null)[] = [
  'UnitDeployed.v1',
  'UnitDeployFailed.v1',
  'UnitRollbackFailed.v1',
];

/**
 * Reads a release's log, event by event, with a memory of its own that shares nothing with the fold, and objects to
 * whatever must never stand there.
 */
export class Witness {
  readonly units = new Map<string, SeenUnit>();
  private readonly batches = new Map<string, SeenBatch>();
  /** Left out, because the topology does not have them any more. */
  private readonly gone = new Set<string>();
  private readonly validators: readonly string[];
  private readonly staging: StagingWitness | null;
  private readonly times: TimesWitness;
  private openWave: number;
  private now = 0;
  private ended: RecordedReleaseEvent | null = null;

  constructor(
    plan: Plan,
    private readonly spec: Submission['spec'],
    policy: Submission['policy']['spec'],
  ) {
    this.times = new TimesWitness(plan, spec, policy);
    this.validators = spec.validate.map(({ name }) => name);
    this.staging = plan.staging && new StagingWitness(plan.staging, this.validators);
    this.openWave = plan.staging ? -1 : 0;
    const staging = plan.staging ? [{ ...plan.staging, id: STAGING_BATCH, wave: 0 }] : [];
    for (const planned of [...staging, ...plan.batches]) {
      const fresh = {
        deployedAt: null,
        passed: false,
        bad: false,
        good: new Set<string>(),
        inFlight: new Set<string>(),
      };
      this.batches.set(planned.id, { planned, interval: planned.interval, ...fresh });
      for (const { id } of planned.units) {
        if (this.units.has(id)) throw new Error(`unit ${id} is in two batches`);
        this.units.set(id, { last: null, touchedBy: null, before: null });
      }
    }
  }

  /**
   * @param now milliseconds that have really passed, whatever the calendar says
   * @throws Error when the event must not be there
   */
  see(event: RecordedReleaseEvent, now: number): void {
    this.now = now;
    this.endsAbsorb(event);
    this.staging?.see(event, now);
    this.times.see(event, now);
    if (event.type === 'WaveOpened.v1') this.waveOpens(event);
    else if (event.type === 'ReleaseRolledBack.v1') this.nothingIsLeft();
    else if (event.type === 'BatchAdded.v1') this.batchComes(event);
    else if (event.type === 'UnitsDropped.v1') this.unitsGo(event);
    else if (event.type === 'ReleaseCompleted.v1') this.allHavePassed();
    else if (event.type === 'UnitRetried.v1') this.unitIsRetried(event);
    else if (isOfUnit(event)) this.unitChanges(event);
    else if ('batch' in event.data && event.data.batch !== null) this.batchChanges(this.batch(event.data.batch), event);
  }

  private batchChanges(batch: SeenBatch, event: RecordedReleaseEvent): void {
    switch (event.type) {
      case 'BatchDeployed.v1':
        insist(batch.inFlight.size === 0, `${event.data.batch} counts as deployed with units in flight`);
        batch.deployedAt = this.now;
        batch.good.clear();
        break;
      case 'BatchReopened.v1':
      case 'BatchRolledBack.v1':
        batch.passed = false;
        batch.bad = false;
        break;
      case 'BatchFailed.v1':
        batch.passed = false;
        batch.bad = event.data.cause === 'verdict';
        break;
      case 'VerdictReached.v1':
        if (event.data.verdict === 'passed') batch.good.add(event.data.validator);
        else batch.good.delete(event.data.validator);
        break;
      case 'IntervalChanged.v1':
        batch.interval = event.data.to;
        break;
      case 'BatchPassed.v1':
        // When staging may pass is another matter: its own witness sees to it.
        if (batch.planned.wave > 0) this.batchIsGood(batch, event);
        batch.passed = true;
    }
  }

  private nothingIsLeft(): void {
    for (const [id, unit] of this.units) insist(unit.touchedBy === null, `rolled back, but ${id} was not put back`);
  }

  private endsAbsorb(event: RecordedReleaseEvent): void {
    const { ended } = this;
    if (ended) {
      const late = ended.type === 'ReleaseAborted.v1' && LATE_FACTS.includes(event.type);
      const back =
        ended.type === 'ReleaseCompleted.v1' &&
        event.type === 'RollbackStarted.v1' &&
        event.meta.actor.kind === 'person' &&
        Date.parse(event.at) - Date.parse(ended.at) <= toMs('72h');
      insist(late || back, `${event.type} after ${ended.type}`);
      if (back) this.ended = null;
    }
    if (FINAL.includes(event.type) || event.type === 'ReleaseCompleted.v1') this.ended = event;
  }

  private waveOpens({ data: { wave } }: Of<'WaveOpened.v1'>): void {
    insist(wave === this.openWave + 1, `wave ${wave} opens after wave ${this.openWave}`);
    for (const { planned, passed } of this.batches.values()) {
      insist(planned.wave >= wave || passed, `wave ${wave} opens, but ${planned.id} has not passed`);
    }
    this.openWave = wave;
  }

  private batchIsGood(batch: SeenBatch, { data: { batch: id } }: Of<'BatchPassed.v1'>): void {
    if (batch.planned.units.every((unit) => this.gone.has(unit.id))) return;
    const opensAt = (batch.deployedAt ?? Number.NaN) + toMs(batch.interval);
    insist(this.now >= opensAt, `${id} passes before its interval is over`);
    for (const validator of this.validators) insist(batch.good.has(validator), `${id} passes without ${validator}`);
  }

  private batchComes({ data }: Of<'BatchAdded.v1'>): void {
    const { batch: id, part, wave, units, interval } = data;
    const known = this.batches.get(id);
    insist(part > 1 === (known !== undefined), `part ${part} of ${id} comes`);
    for (const { planned } of this.batches.values())
      insist(
        planned.wave < wave || planned.id === id,
        `${id} is added as wave ${wave}, and ${planned.id} is not before`,
      );
    insist(wave > this.openWave, `${id} is added to wave ${wave}, which is open`);
    const planned = { id, wave, units: [...(known?.planned.units ?? []), ...units], interval };
    const fresh = { deployedAt: null, passed: false, bad: false, good: new Set<string>(), inFlight: new Set<string>() };
    this.batches.set(id, { planned, interval, ...fresh });
    for (const unit of units) {
      insist(!this.units.has(unit.id), `${unit.id} is added, and is in the plan already`);
      this.units.set(unit.id, { last: null, touchedBy: null, before: null });
    }
  }

  private unitsGo({ data: { batch, units } }: Of<'UnitsDropped.v1'>): void {
    for (const id of units) {
      const isOfBatch = this.batch(batch).planned.units.some((unit) => unit.id === id);
      insist(isOfBatch && this.units.get(id)?.last === null, `${id} is left out of ${batch}`);
      this.gone.add(id);
    }
  }

  private allHavePassed(): void {
    for (const [id, { passed }] of this.batches) insist(passed, `complete, but ${id} has not passed`);
  }

  private unitIsRetried({ data: { batch: batchId, unit: id } }: Of<'UnitRetried.v1'>): void {
    const batch = this.batch(batchId);
    const last = this.units.get(id)?.last;
    insist(last === 'UnitDeployFailed.v1' || last === 'UnitRollbackFailed.v1', `${id} is retried after ${last}`);
    const goesBack = last === 'UnitRollbackFailed.v1';
    insist(goesBack || !batch.passed, `${id} is retried although ${batchId} has passed`);
    insist(goesBack || !batch.bad, `${id} is retried although ${batchId} was found to be bad`);
    batch.deployedAt = null;
    batch.good.clear();
  }

  private unitChanges(event: UnitEvent): void {
    const { batch: batchId, unit: id } = event.data;
    const batch = this.batch(batchId);
    const unit = this.units.get(id);
    if (!unit || !batch.planned.units.some((planned) => planned.id === id)) throw new Error(`${batchId} has no ${id}`);
    insist(!this.gone.has(id), `${event.type} of ${id}, which was left out`);
    switch (event.type) {
      case 'UnitDeployStarted.v1':
        insist(batch.planned.wave <= this.openWave, `${id} is begun before its wave has opened`);
        insist(MAY_BEGIN_AFTER.includes(unit.last), `${id} is begun after ${unit.last}`);
        if (unit.touchedBy === null) unit.before = event.data.before;
        unit.touchedBy ??= event.data.attempt;
        batch.inFlight.add(id);
        break;
      case 'UnitRollbackStarted.v1':
        insist(unit.touchedBy !== null, `${id} is put back, but was not changed`);
        insist(MAY_BE_PUT_BACK_AFTER.includes(unit.last), `${id} is put back after ${unit.last}`);
        insist(event.data.to === (unit.before?.version ?? null), `${id} is put back to ${event.data.to}`);
        batch.inFlight.add(id);
        break;
      case 'UnitDeployed.v1':
        insist(event.data.after.version === this.spec.version, `${id} counts as deployed in another version`);
        insist(batch.inFlight.delete(id) || !event.data.changed, `${id} was changed without having been begun`);
        break;
      case 'UnitDeployFailed.v1':
        batch.inFlight.delete(id);
        if (event.data.unchanged && unit.touchedBy === event.data.attempt) unit.touchedBy = null;
        break;
      case 'UnitRolledBack.v1':
        insist(event.data.to.version === (unit.before?.version ?? null), `${id} is back in another version`);
        insist(batch.inFlight.delete(id), `${id} is back without having been begun`);
        unit.touchedBy = null;
        break;
      case 'UnitRollbackFailed.v1':
        insist(batch.inFlight.delete(id), `${id} is not back without having been begun`);
    }
    unit.last = event.type;
    insist(batch.inFlight.size <= this.spec.limits.unitsAtOnce, `${batch.inFlight.size} units of ${batchId} at once`);
  }

  private batch(id: string): SeenBatch {
    const batch = this.batches.get(id);
    if (!batch) throw new Error(`there is no batch ${id}`);
    return batch;
  }
}

function isOfUnit(event: RecordedReleaseEvent): event is UnitEvent {
  return 'unit' in event.data;
}

function insist(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`must never happen: ${otherwise}`);
}
