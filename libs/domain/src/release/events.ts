import { z } from 'zod';
import { EnvironmentSpec } from '../documents/environment/environment.js';
import { PolicySpec, Severity } from '../documents/policy.js';
import { DRIFT_HANDLINGS, ReleaseSpec, StagingTraffic } from '../documents/release.js';
import { Drivers, Unit } from '../documents/topology.js';
import { FINDING_SOURCES, METHODS } from '../planning/types.js';
import { Duration } from '../values/duration.js';
import { TrafficSplit } from '../values/traffic.js';
import type { Reading } from './reading.js';
import { Evidence, VERDICTS } from './verdict.js';

const MOST_TEXT = 4_000;
const Text = z.string().max(MOST_TEXT);
const Pin = z.object({ name: z.string(), revision: z.int() });
const Finding = z.object({
  rule: z.string(),
  severity: Severity,
  mode: z.literal('shadow').optional(),
  batch: z.string().nullable(),
  message: Text,
  remedy: Text,
  path: Text.optional(),
  source: z.enum(FINDING_SOURCES).optional(),
});

/** As much of a text as an event holds. Characters are never cut in half: half a character is not sound JSON everywhere. */
export function fitText(text: string): string {
  if (text.length <= MOST_TEXT) return text;
  const kept = text.slice(0, MOST_TEXT - 1);
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}

/** What was read from a unit. `version` is null when it runs nothing. */
export const UnitVersion = z.object({ version: z.string().nullable(), healthy: z.boolean() });
export type UnitVersion = z.infer<typeof UnitVersion>;

/** Why an effect on a unit failed. */
export const UnitError = z.object({ code: z.string(), message: Text, retryable: z.boolean() });
export type UnitError = z.infer<typeof UnitError>;

export const HOLD_CAUSES = [
  'paused',
  'no-verdict',
  'failed',
  'batch-rolled-back',
  'rollback-failed',
  'staging',
  'aborting',
  'queued',
  'freeze',
  'drift',
] as const;
/**
 * Why a release waits. `no-verdict` is over by itself as soon as the verdicts are there, `aborting` ends the release as
 * soon as its traffic has left staging, `queued` and `freeze` are over once what is in the way is gone; the others need
 * a person.
 */
export type HoldCause = (typeof HOLD_CAUSES)[number];

/** Why traffic is moved: into staging, or out of it for one of four reasons. */
export const TRAFFIC_CAUSES = ['opening', 'passed', 'failed', 'rollback', 'abort'] as const;
export type TrafficCause = (typeof TRAFFIC_CAUSES)[number];

/** How a change of the topology is taken up. */
export type DriftHandling = (typeof DRIFT_HANDLINGS)[number];

const batchPart = {
  batch: z.string(),
  part: z.int(),
  wave: z.int(),
  cluster: z.string(),
  units: z.array(Unit),
  interval: Duration,
  cumulativeUnits: z.int(),
  cumulativeShare: z.number(),
};
const unitEffect = { batch: z.string(), unit: z.string(), attempt: z.int() };
/** `journal`: of the executor that begins it. Another one does not begin it under the same key, but looks what comes. */
const begun = { ...unitEffect, key: z.string(), journal: z.string().max(100).optional() };

/** Every event of a release's stream, by type and version: the shape of its data. The one place that knows. */
export const RELEASE_EVENTS = {
  'ReleaseSubmitted.v1': z.object({
    release: z.string(),
    name: z.string(),
    spec: ReleaseSpec,
    topology: Pin,
    policy: Pin.extend({ spec: PolicySpec }),
    environment: Pin.optional(),
  }),
  'PlanDrafted.v1': z.object({
    digest: z.string(),
    batches: z.int(),
    units: z.int(),
    methods: z.array(z.enum(METHODS)),
    duration: Duration,
    observation: Duration,
    findings: z.array(Finding),
    approval: z.object({ level: z.string(), because: z.array(z.string()), people: z.int().optional() }).nullable(),
    drivers: Drivers,
  }),
  /** The environment as it is planned with. Its units come as a batch of wave 0. */
  'StagingPlanned.v1': z.object({ environment: z.string(), spec: EnvironmentSpec, traffic: StagingTraffic }),
  /** A large batch comes in several parts; the units of all parts are its units. */
  'BatchPlanned.v1': z.object(batchPart),
  'ReleasePlanned.v1': z.object({ digest: z.string() }),
  'ReleaseEscalated.v1': z.object({ level: z.string(), because: z.array(z.string()), people: z.int().optional() }),
  /** Where several people have to approve: which of how many this one is. */
  'ApprovalGiven.v1': z.object({
    level: z.string(),
    digest: z.string(),
    nth: z.int().optional(),
    of: z.int().optional(),
  }),
  'ReleaseReadied.v1': z.object({}),
  'ReleaseRejected.v1': z.object({}),
  'ReleaseWithdrawn.v1': z.object({}),
  'ReleaseStarted.v1': z.object({}),
  'WaveOpened.v1': z.object({ wave: z.int(), batches: z.array(z.string()) }),
  'UnitDeployStarted.v1': z.object({ ...begun, before: UnitVersion }),
  /** `changed` is false when the unit ran the version already and nothing was done to it. */
  'UnitDeployed.v1': z.object({ ...unitEffect, before: UnitVersion, after: UnitVersion, changed: z.boolean() }),
  /** `unchanged`: this attempt did certainly nothing to the unit. `retryAt` is null when it is not tried again. */
  'UnitDeployFailed.v1': z.object({
    ...unitEffect,
    error: UnitError,
    unchanged: z.boolean(),
    retryAt: z.string().nullable(),
  }),
  'BatchDeployed.v1': z.object({ batch: z.string(), deployed: z.int(), failed: z.int() }),
  'VerdictReached.v1': z.object({
    batch: z.string(),
    validator: z.string(),
    verdict: z.enum(VERDICTS),
    sentence: Text,
    evidence: Evidence,
  }),
  /** `validators`: those that this person's confirmation counts for. */
  'ConfirmationGiven.v1': z.object({ batch: z.string(), validators: z.array(z.string()), seen: Text }),
  'BatchPassed.v1': z.object({ batch: z.string() }),
  'BatchHeld.v1': z.object({ batch: z.string() }),
  /** `cause` says what failed: the deployment of its units, or what a validator found. */
  'BatchFailed.v1': z.object({ batch: z.string(), cause: z.enum(['units', 'verdict']), sentence: Text }),
  /** The batch is taken up again: units that do not run the new version are deployed anew. */
  'BatchReopened.v1': z.object({ batch: z.string() }),
  /** A sign of life while batches are observed: its reading says how much of their time has passed for certain. */
  'RunWitnessed.v1': z.object({}),
  /** A unit that failed for good is tried again; its batch is observed anew. Of a rollback: it is put back again. */
  'UnitRetried.v1': z.object({ batch: z.string(), unit: z.string() }),
  'IntervalChanged.v1': z.object({ batch: z.string(), from: Duration, to: Duration }),
  /** `until`: when what is in the way is over at the latest. */
  'ReleaseHeld.v1': z.object({
    cause: z.enum(HOLD_CAUSES),
    sentence: Text,
    batch: z.string().nullable(),
    until: z.string().optional(),
  }),
  'ReleaseResumed.v1': z.object({}),
  /** What became of a probe of the closed loop. `retryAt` is null when it is not tried again. */
  'StagingProbed.v1': z.object({
    batch: z.string(),
    verdict: z.enum(VERDICTS),
    sentence: Text,
    evidence: Evidence,
    retryAt: z.string().nullable(),
  }),
  'TrafficShiftStarted.v1': z.object({
    batch: z.string(),
    shift: z.int(),
    key: z.string(),
    from: TrafficSplit,
    to: TrafficSplit,
    cause: z.enum(TRAFFIC_CAUSES),
  }),
  /** The router divides by it now. Traffic that leaves has left: nothing is under way to staging any more. */
  'TrafficShifted.v1': z.object({ batch: z.string(), shift: z.int(), to: TrafficSplit }),
  'TrafficShiftFailed.v1': z.object({
    batch: z.string(),
    shift: z.int(),
    error: UnitError,
    retryAt: z.string().nullable(),
  }),
  /** `only`: the rollback goes on with this unit alone; what else could not be put back stays as it is. */
  'RollbackStarted.v1': z.object({
    scope: z.enum(['batch', 'release']),
    batch: z.string().nullable(),
    because: Text,
    evidence: Evidence,
    only: z.string().optional(),
  }),
  'UnitRollbackStarted.v1': z.object({ ...begun, from: UnitVersion, to: z.string().nullable() }),
  'UnitRolledBack.v1': z.object({ ...unitEffect, from: UnitVersion, to: UnitVersion }),
  'UnitRollbackFailed.v1': z.object({ ...unitEffect, error: UnitError, retryAt: z.string().nullable() }),
  'BatchRolledBack.v1': z.object({ batch: z.string(), units: z.int() }),
  'ReleaseRolledBack.v1': z.object({ units: z.int() }),
  /** Units that have come since the plan was made, as a batch behind all others; large ones come in parts. */
  'BatchAdded.v1': z.object(batchPart),
  /** Units that are gone before they were begun: nothing is done to them. */
  'UnitsDropped.v1': z.object({ batch: z.string(), units: z.array(z.string()) }),
  /**
   * The topology has another version, which changes something for the release. `digest`: of all that it would take today.
   * `units` names the first of them. `taken`: how many of those added belong to another release, and are left to it.
   */
  'TopologyDrifted.v1': z.object({
    topology: z.string(),
    revision: z.int(),
    digest: z.string(),
    added: z.int(),
    removed: z.int(),
    taken: z.int().optional(),
    units: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
    handling: z.enum(DRIFT_HANDLINGS),
  }),
  'ReleaseCompleted.v1': z.object({}),
  'ReleaseAborted.v1': z.object({}),
} as const;

export type ReleaseEventType = keyof typeof RELEASE_EVENTS;
export type ReleaseEventData<T extends ReleaseEventType> = z.infer<(typeof RELEASE_EVENTS)[T]>;

/** An event as a decision makes it: type and data. An automatic one names the rule that acted and why. */
export type ReleaseEvent = {
  [T in ReleaseEventType]: {
    readonly type: T;
    readonly data: ReleaseEventData<T>;
    /** The rule that acted by itself; absent when the command's actor did. */
    readonly rule?: string;
    /** Why; absent when the command's reason says it. */
    readonly reason?: string;
  };
}[ReleaseEventType];

/** What folding needs to know of an event beside type and data. */
export interface EventContext {
  readonly at: string;
  readonly revision: number;
  readonly meta: {
    readonly commandId: string;
    readonly actor: { readonly kind: string; readonly id: string };
    readonly reason?: string;
    /** Of the steady clock of the executor that wrote it. */
    readonly reading?: Reading | undefined;
  };
}

/** A release's event as it stands in the log. */
export type RecordedReleaseEvent = {
  [T in ReleaseEventType]: { readonly type: T; readonly data: ReleaseEventData<T> } & EventContext;
}[ReleaseEventType];

/** Whether a type is one that this version knows. */
export function isReleaseEventType(type: string): type is ReleaseEventType {
  return Object.hasOwn(RELEASE_EVENTS, type);
}

/**
 * Reads an event of the log: checks its data against the registry and lifts it to the newest version.
 * Null for a type that this version does not know.
 * @throws z.ZodError when the data is not what its type says: the log is damaged.
 */
export function readReleaseEvent(event: { type: string; data: unknown } & EventContext): RecordedReleaseEvent | null {
  if (!isReleaseEventType(event.type)) return null;
  const data = RELEASE_EVENTS[event.type].parse(event.data);
  return { type: event.type, data, at: event.at, revision: event.revision, meta: event.meta } as RecordedReleaseEvent;
}
