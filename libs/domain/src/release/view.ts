import type { ReleaseSpec, TrafficMode } from '../documents/release.js';
import type { ApprovalNeed, Finding, PlannedBatch } from '../planning/types.js';
import type { TrafficSplit } from '../values/traffic.js';
import { approversOf, peopleNeeded } from './approvers.js';
import { NO_TRAFFIC } from './evolve-traffic.js';
import { plannedBatch, plannedUnit, productionBatches, unitsOf } from './plan-index.js';
import {
  type Approval,
  type BatchState,
  type DriftState,
  type Hold,
  isPlanned,
  isStarted,
  type PlanStaging,
  type ReleaseState,
  type Started,
  type UnitState,
} from './state.js';
import type { BatchStatus, ReleaseStatus } from './status.js';
import type { VerdictKind } from './verdict.js';
import { gateAt } from './waves.js';

/** A batch as it is shown. */
export interface BatchView {
  readonly id: string;
  readonly wave: number;
  readonly cluster: string;
  readonly units: readonly string[];
  readonly state: BatchStatus;
  readonly interval: string;
  readonly deployed: number;
  readonly failed: number;
  /** The first of those that failed for good, by their ids; absent when none did. */
  readonly failedUnits?: readonly string[];
  /** The first of those that are gone from the topology and left out; absent when none are. */
  readonly droppedUnits?: readonly string[];
  /** Until when it is observed at least; null before it was deployed. */
  readonly observedUntil: string | null;
  readonly verdicts: readonly {
    readonly validator: string;
    readonly verdict: VerdictKind;
    readonly sentence: string;
  }[];
  readonly confirmations: readonly { readonly actor: string; readonly at: string; readonly seen: string }[];
}

/** The staging environment as it is shown: a batch, and where its traffic stands. */
export interface StagingView extends Omit<BatchView, 'wave' | 'cluster'> {
  readonly environment: string;
  readonly traffic: TrafficView;
  /** The last word of the probe of the closed loop. */
  readonly probe: { readonly verdict: VerdictKind; readonly sentence: string; readonly at: string } | null;
}

/** How much of the traffic goes to staging. */
export interface TrafficView {
  readonly mode: TrafficMode;
  /** Asked for while it is observed. */
  readonly asked: TrafficSplit;
  /** Confirmed by the router. */
  readonly now: TrafficSplit;
  /** What the router is being told; null when nothing is under way. */
  readonly shiftingTo: TrafficSplit | null;
  /** Why the last attempt to move it failed. */
  readonly error: string | null;
}

/** A release as it is shown: what `GET /v1/releases/{id}` answers. */
export interface ReleaseView {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly version: string;
  readonly risk: string;
  readonly topology: string;
  readonly author: string;
  readonly reason: string;
  readonly state: Exclude<ReleaseStatus, 'absent'>;
  readonly revision: number;
  readonly submittedAt: string;
  /** What was submitted, with its defaults. */
  readonly spec?: ReleaseSpec;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly hold?: Hold;
  readonly rollback?: { readonly scope: 'batch' | 'release'; readonly batch: string | null; readonly because: string };
  readonly plan?: {
    readonly digest: string;
    readonly units: number;
    readonly duration: string;
    readonly observation: string;
    readonly findings: readonly Finding[];
    readonly approval: ApprovalNeed | null;
  };
  /** What has changed in the topology since the plan was made; absent when nothing has for this release. */
  readonly drift?: Omit<DriftState, 'digest'>;
  /** Absent for a release that goes straight to production. */
  readonly staging?: StagingView;
  readonly batches: readonly BatchView[];
  readonly approvals: readonly Approval[];
  /** How many different people have approved whose approval counts, of how many; absent when nobody has to. */
  readonly approved?: { readonly given: number; readonly of: number };
}

/** The shown form of a state; null for a release that is not there. `revision` is that of its stream. */
export function viewRelease(state: ReleaseState, revision: number): ReleaseView | null {
  if (state.status === 'absent') return null;
  const { spec } = state;
  const base = {
    id: state.release,
    name: state.name,
    service: spec.service,
    version: spec.version,
    risk: spec.risk,
    topology: state.topology.name,
    author: state.author,
    reason: spec.reason,
    state: state.status,
    revision,
    submittedAt: state.submittedAt,
    spec,
  };
  if (!isPlanned(state)) return { ...base, batches: [], approvals: [] };
  const { digest, units, duration, observation, findings, approval } = state.plan.header;
  return {
    ...base,
    ...(isStarted(state) ? { startedAt: state.startedAt } : {}),
    ...('endedAt' in state ? { endedAt: state.endedAt } : {}),
    ...(state.status === 'held' ? { hold: state.hold } : {}),
    ...(isStarted(state) && state.rollback
      ? { rollback: { scope: state.rollback.scope, batch: state.rollback.batch, because: state.rollback.because } }
      : {}),
    plan: { digest, units, duration, observation, findings, approval },
    ...(isStarted(state) && state.drift ? { drift: driftView(state.drift) } : {}),
    ...(state.plan.staging ? { staging: stagingView(state, state.plan.staging) } : {}),
    batches: productionBatches(state.plan).map((batch) => batchView(state, batch)),
    approvals: state.approvals,
    ...(approval ? { approved: { given: approversOf(state).length, of: peopleNeeded(state) } } : {}),
  };
}

function driftView({ digest: _digest, ...drift }: DriftState): Omit<DriftState, 'digest'> {
  return drift;
}

type WithPlan = Exclude<ReleaseState, { status: 'absent' | 'submitted' }>;

function batchView(state: WithPlan, batch: PlannedBatch): BatchView {
  const number = state.plan.batchNumber.get(batch.id) ?? -1;
  return {
    id: batch.id,
    wave: batch.wave,
    cluster: batch.cluster,
    units: batch.units.map((unit) => unit.id),
    ...(isStarted(state) ? progress(state, number) : { ...NO_PROGRESS, interval: batch.interval }),
  };
}

function stagingView(state: WithPlan, { number, environment, traffic: asked }: PlanStaging): StagingView {
  const { wave: _wave, cluster: _cluster, ...batch } = batchView(state, plannedBatch(state.plan, number));
  const { split, target, shifting, error, probe } = (isStarted(state) ? state.traffic : null) ?? NO_TRAFFIC;
  return {
    environment,
    ...batch,
    traffic: {
      mode: asked.mode,
      asked: { internal: asked.internal, production: asked.production },
      now: split,
      shiftingTo: shifting ? target : null,
      error: error?.message ?? null,
    },
    probe: probe && { verdict: probe.verdict, sentence: probe.sentence, at: probe.at },
  };
}

/** More than these nobody reads. */
const UNITS_SHOWN = 20;

type Progress = Omit<BatchView, 'id' | 'wave' | 'cluster' | 'units'>;

const NO_PROGRESS: Omit<Progress, 'interval'> = {
  state: 'pending',
  deployed: 0,
  failed: 0,
  observedUntil: null,
  verdicts: [],
  confirmations: [],
};

function progress(state: Started, number: number): Progress {
  const batch: BatchState = state.batches.at(number);
  const until = gateAt(state, number);
  return {
    state: batch.status,
    interval: batch.interval,
    deployed: batch.deployed,
    failed: batch.failed,
    ...named('failedUnits', batch.failed > 0 ? unitsThat(GAVE_UP, state, number) : []),
    ...named('droppedUnits', state.drift?.handling === 'include' ? unitsThat(['dropped'], state, number) : []),
    observedUntil: Number.isFinite(until) ? new Date(until).toISOString() : null,
    verdicts: [...batch.verdicts].map(([validator, { verdict, sentence }]) => ({ validator, verdict, sentence })),
    confirmations: batch.confirmations.map(({ actor, at, seen }) => ({ actor, at, seen })),
  };
}

const GAVE_UP: readonly UnitState['status'][] = ['failed', 'not-rolled-back'];

function unitsThat(are: readonly UnitState['status'][], state: Started, number: number): string[] {
  const found = unitsOf(state.plan, number).filter((unit) => are.includes(state.units.at(unit).status));
  return found.slice(0, UNITS_SHOWN).map((unit) => plannedUnit(state.plan, number, unit).id);
}

function named<Name extends string>(name: Name, units: readonly string[]): { [N in Name]?: readonly string[] } {
  return units.length > 0 ? ({ [name]: units } as { [N in Name]?: readonly string[] }) : {};
}
