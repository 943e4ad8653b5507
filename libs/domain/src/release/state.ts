import type { EnvironmentSpec } from '../documents/environment/environment.js';
import type { PolicySpec } from '../documents/policy.js';
import type { ReleaseSpec, StagingTraffic } from '../documents/release.js';
import type { PlannedBatch } from '../planning/types.js';
import type { TrafficSplit } from '../values/traffic.js';
import type { Answers } from './answers.js';
import type { HoldCause, ReleaseEventData, UnitError, UnitVersion } from './events.js';
import type { Roster } from './roster.js';
import type { BatchStatus, ReleaseStatus } from './status.js';
import type { AdaptiveState, RunTime } from './timing.js';
import type { Evidence, Judgement } from './verdict.js';

/** What every release has from its submission on. */
export interface Submission {
  readonly release: string;
  readonly name: string;
  readonly spec: ReleaseSpec;
  readonly author: string;
  readonly submittedAt: string;
  readonly topology: { readonly name: string; readonly revision: number };
  readonly policy: { readonly name: string; readonly revision: number; readonly spec: PolicySpec };
  /** Where it begins, when it begins in staging. */
  readonly environment?: { readonly name: string; readonly revision: number } | undefined;
  /** What commands of people came to, so that the same command again gets the same answer. */
  readonly answers: Answers;
}

export type PlanHeader = ReleaseEventData<'PlanDrafted.v1'>;

/** The staging environment of a plan; its units are those of its batch, the only one of wave 0. */
export interface PlanStaging {
  /** The number of its batch. */
  readonly number: number;
  readonly environment: string;
  readonly spec: EnvironmentSpec;
  readonly traffic: StagingTraffic;
}

/** The plan with what is needed to find one's way in it. Units are numbered through the whole plan. */
export interface PlanIndex {
  readonly header: PlanHeader;
  /** Null when the release goes straight to production. */
  readonly staging: PlanStaging | null;
  /** The one of staging, if any, before those of production. */
  readonly batches: readonly PlannedBatch[];
  /** The number of each batch's first unit. */
  readonly firstUnit: readonly number[];
  readonly batchNumber: ReadonlyMap<string, number>;
  readonly unitNumber: ReadonlyMap<string, number>;
  /** The clusters of production that it has batches in. */
  readonly clusters: ReadonlySet<string>;
  /** Batch numbers of each wave, by the wave's number: 0 is staging, and empty without it; production begins with 1. */
  readonly waves: readonly (readonly number[])[];
}

export interface Approval {
  readonly actor: string;
  readonly level: string;
  /** Of the plan that was approved. */
  readonly digest: string;
  readonly at: string;
  readonly reason: string | null;
}

export interface UnitState {
  readonly status:
    | 'pending'
    | 'deploying'
    | 'retrying'
    | 'deployed'
    | 'failed'
    | 'rolling-back'
    | 'rolled-back'
    | 'not-rolled-back'
    /** Gone from the topology before it was begun; nothing is ever done to it. */
    | 'dropped';
  /** Counts through the whole release, for the keys of effects. */
  readonly attempt: number;
  readonly rollbackAttempt: number;
  /** The journal of the executor that began the newest attempt: no other one knows what became of it. */
  readonly journal: string | null;
  /** Attempts since the batch was last opened or turned round; bounded by the release's retries. */
  readonly tries: number;
  /** What ran before this release first touched it. */
  readonly before: UnitVersion | null;
  readonly after: UnitVersion | null;
  /** The release did something to it that has not been undone. */
  readonly touched: boolean;
  /** The attempt that first did. If that turns out to have done nothing, nothing is left to undo; a later one proves less. */
  readonly touchedBy: number | null;
  /** When a failed effect may be tried again. */
  readonly retryAt: string | null;
}

export interface Confirmation {
  readonly actor: string;
  readonly at: string;
  readonly seen: string;
  readonly validators: readonly string[];
}

export interface BatchState {
  readonly status: BatchStatus;
  readonly interval: string;
  /** A person has set its interval; it does not follow what was observed. */
  readonly intervalIsFixed: boolean;
  /** Unit numbers to work through; none before the cursor is waiting to be begun. */
  readonly queue: readonly number[];
  readonly cursor: number;
  /** Effects begun whose outcome is not in the log yet. */
  readonly inFlight: readonly number[];
  readonly retrying: readonly number[];
  readonly deployed: number;
  /** Units that failed for good: to be deployed, or once the batch was turned round, to be put back. */
  readonly failed: number;
  readonly deployedAt: string | null;
  /** When its interval began: as soon as it was deployed; for staging, as soon as all of its traffic was there. */
  readonly observedFrom: string | null;
  /** The same by the time that the release has run for certain, in milliseconds: what its interval counts from. */
  readonly observedSince: number | null;
  /** When the release last went on from a hold; the deadline for verdicts counts from there. */
  readonly resumedAt: string | null;
  readonly verdicts: ReadonlyMap<string, Judgement & { readonly at: string }>;
  readonly confirmations: readonly Confirmation[];
  readonly failure: { readonly cause: 'units' | 'verdict'; readonly sentence: string } | null;
  /** This deployment of it was held, or a verdict other than `passed` was reached. */
  readonly troubled: boolean;
}

export interface Hold {
  readonly cause: HoldCause;
  readonly sentence: string;
  readonly batch: string | null;
  /** When what is in the way is over at the latest, where that is known. */
  readonly until?: string | undefined;
  readonly since: string;
}

export interface Rollback {
  readonly scope: 'batch' | 'release';
  readonly batch: string | null;
  readonly because: string;
  readonly evidence: Evidence;
  /** Batch numbers that are still to be put back, newest wave first. */
  readonly batches: readonly number[];
}

/** How the traffic between production and staging is divided, as far as the log knows. */
export interface TrafficState {
  /** What the router confirmed last. */
  readonly split: TrafficSplit;
  /** What it is being told, or was told last. */
  readonly target: TrafficSplit;
  /** Counts the changes through the whole release. */
  readonly shift: number;
  /** A change was begun and has neither been confirmed nor given up. */
  readonly shifting: boolean;
  /** Failed attempts at this change, or since the release last went on from a hold. */
  readonly tries: number;
  readonly retryAt: string | null;
  readonly error: UnitError | null;
  /** The last word of the probe of the closed loop. */
  readonly probe: (Judgement & { readonly at: string }) | null;
  readonly probeTries: number;
  /** When the probe may be tried again; null when it need not, or is given up. */
  readonly probeRetryAt: string | null;
  /** The environment has passed and its traffic leaves; nothing changes that any more but bad news. */
  readonly leaving: boolean;
}

interface Planning extends Submission {
  readonly plan: PlanIndex;
  readonly approvals: readonly Approval[];
}

/** What was reported last of the topology's change since the plan was made. */
export interface DriftState extends Omit<ReleaseEventData<'TopologyDrifted.v1'>, 'units'> {
  readonly at: string;
  /** Nobody has gone on with the plan as it is; the release does not by itself. */
  readonly waits: boolean;
}

/** What every state after the start has. */
export interface Execution extends Planning {
  readonly startedBy: string;
  readonly startedAt: string;
  readonly time: RunTime;
  /** Null when intervals stay as they were planned. */
  readonly adaptive: AdaptiveState | null;
  /** The highest wave that has been opened; one less than the first before that. */
  readonly openWave: number;
  readonly batches: Roster<BatchState>;
  readonly units: Roster<UnitState>;
  /** Batches that were opened and are not done with: they have neither passed nor gone back with the whole release. */
  readonly active: readonly number[];
  /** The last rollback, under way or over. */
  readonly rollback: Rollback | null;
  /** Null as long as nothing has changed for it. */
  readonly drift: DriftState | null;
  /** Null for a release without staging. */
  readonly traffic: TrafficState | null;
}

/** A plan of which the log may not hold everything yet; `parts` counts the events of its batches. */
export interface Draft {
  readonly header: PlanHeader;
  readonly staging: Omit<PlanStaging, 'number'> | null;
  readonly batches: readonly PlannedBatch[];
  readonly parts: number;
}

export type Absent = { readonly status: 'absent' };
export type Submitted = Submission & {
  readonly status: 'submitted';
  /** The plan as far as the log has it. */
  readonly draft: Draft | null;
};
export type Planned = Planning & { readonly status: 'planned' | 'escalated' | 'ready' };
export type Dropped = Planning & { readonly status: 'rejected' | 'withdrawn'; readonly endedAt: string };
export type Running = Execution & { readonly status: 'running' };
export type Held = Execution & { readonly status: 'held'; readonly hold: Hold };
export type RollingBack = Execution & { readonly status: 'rolling-back'; readonly rollback: Rollback };
export type Ended = Execution & { readonly status: 'completed' | 'rolled-back' | 'aborted'; readonly endedAt: string };
/** Any state after the start. */
export type Started = Running | Held | RollingBack | Ended;

/** All that is known of a release: the fold of its stream. What is impossible does not type-check. */
export type ReleaseState = Absent | Submitted | Planned | Dropped | Started;

export const ABSENT: ReleaseState = { status: 'absent' };

const STARTED: readonly ReleaseStatus[] = ['running', 'held', 'rolling-back', 'completed', 'rolled-back', 'aborted'];

export function isStarted(state: ReleaseState): state is Started {
  return STARTED.includes(state.status);
}

/** Whether there is a plan to speak of. */
export function isPlanned(state: ReleaseState): state is Planned | Dropped | Started {
  return state.status !== 'absent' && state.status !== 'submitted';
}
