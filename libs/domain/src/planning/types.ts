import type { EnvironmentSpec } from '../documents/environment/environment.js';
import type { Severity } from '../documents/policy.js';
import type { StagingTraffic } from '../documents/release.js';
import type { Drivers, Unit } from '../documents/topology.js';
import type { Duration } from '../values/duration.js';

export const METHODS = ['intra-cluster', 'inter-cluster-serial', 'inter-cluster-distribution'] as const;
export type BatchingMethod = (typeof METHODS)[number];

/** One change of a document (RFC 6902); `path` is a JSON pointer into it, `/spec/interval/default`. */
export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** A change of one document. Applied, it removes the finding that it comes with. */
export interface Patch {
  readonly document: FindingSource;
  readonly operations: readonly PatchOperation[];
  /** JSON pointers to values that nobody but the author can know, a digest for instance: they are there to be replaced. */
  readonly fillIn?: readonly string[] | undefined;
}

/** Which document a finding is in. */
export const FINDING_SOURCES = ['release', 'topology', 'environment', 'policy'] as const;
export type FindingSource = (typeof FINDING_SOURCES)[number];

/** What the policy has to say about a plan. */
export interface Finding {
  /** One of {@link RULES}, {@link FREEZE_RULE}, or the id of a rule that the policy brings along. */
  readonly rule: string;
  readonly severity: Severity;
  /** `shadow`: it is told, and stops nobody whatever its severity. Absent: it is enforced. */
  readonly mode?: 'shadow' | undefined;
  /** The batch it is about; null when it is about the whole. */
  readonly batch: string | null;
  readonly message: string;
  /** The smallest change that would satisfy it, in words. */
  readonly remedy: string;
  /** Where in its document the thing is that breaks the rule, `spec.rollout[0].batches[0]`. */
  readonly path?: string | undefined;
  /** The document that `path` leads into; the release when absent. */
  readonly source?: FindingSource | undefined;
  /** The remedy as a change of a document. Absent when no change of a document would satisfy the rule. */
  readonly patch?: Patch | undefined;
}

/** The units of one cluster that change together. */
export interface PlannedBatch {
  /** `<cluster>.<n>`, n from 1. */
  readonly id: string;
  /** From 1. Batches of one wave run side by side, waves one after another. */
  readonly wave: number;
  readonly cluster: string;
  readonly units: readonly Unit[];
  /** How long it is observed before the next wave opens. */
  readonly interval: Duration;
  /** Units of the whole release that have changed once this batch has. */
  readonly cumulativeUnits: number;
  /** The same as a share of all units of the release, 0 to 1, rounded to four places. */
  readonly cumulativeShare: number;
}

/** The stage before production. Its units are the service's units in the environment. */
export interface PlannedStaging {
  readonly environment: string;
  /** The environment as it is planned with; null in a plan that was made without it. */
  readonly spec: EnvironmentSpec | null;
  readonly units: readonly Unit[];
  readonly traffic: StagingTraffic;
  /** How long it is observed before the first wave opens. */
  readonly interval: Duration;
}

/** Why a level has to approve. Empty `because` with a level: the risk alone asks for it. */
export interface ApprovalNeed {
  readonly level: string;
  /** The rules that block; then it is an exception. */
  readonly because: readonly string[];
  /** How many people have to approve; one when absent. */
  readonly people?: number | undefined;
}

/** What will happen, in which order, and what the policy says of it. A snapshot: later edits do not touch it. */
export interface Plan {
  readonly release: string;
  /** Null when the release goes straight to production. */
  readonly staging: PlannedStaging | null;
  readonly batches: readonly PlannedBatch[];
  readonly waves: readonly (readonly string[])[];
  readonly methods: readonly BatchingMethod[];
  /** From the first batch to completion; the time that deploying takes is not foreseen and counts as nothing. */
  readonly duration: Duration;
  /** The sum of the waves' observation (a wave's is its longest interval). */
  readonly observation: Duration;
  readonly findings: readonly Finding[];
  /** Null when nobody has to. */
  readonly approval: ApprovalNeed | null;
  readonly drivers: Drivers;
}

/** One thing that is wrong with an input, and where. */
export interface Problem {
  /** Where in the document, `spec.rollout[0].batches[1]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  /** Which document, when several are at hand: a file's name, or `release`, `topology`, `policy`. */
  readonly source?: string;
  /** From 1; known when the document came as YAML text. */
  readonly line?: number;
  readonly column?: number;
}
