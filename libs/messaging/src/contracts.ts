import { z } from 'zod';
import type { ApprovalNeed, Finding, Loosening, Plan, ReleaseView, Timetable } from '#domain';
import { CONFIGURATION_KINDS, Duration, PROPOSAL_DECISIONS, type ReleaseStatus } from '#domain';
import { CommandMeta, contract, Nothing } from './contract.js';

const ReleaseId = z.string().min(1).max(200);
const BatchId = z.string().min(1).max(200);
const UnitId = z.string().min(1).max(200);
const Limit = z.int().min(1).max(1_000);

/** What a command on a release came to. */
export interface ReleaseAnswer {
  readonly id: string;
  readonly state: ReleaseStatus;
  readonly revision: number;
}

export interface SubmissionAnswer extends ReleaseAnswer {
  readonly name: string;
  readonly approval: ApprovalNeed | null;
  readonly findings: readonly Finding[];
  /** What would keep it from beginning, were it started now: a release that it waits for, a budget that is spent. */
  readonly notes?: readonly string[];
}

export interface ConfigurationAnswer {
  readonly kind: (typeof CONFIGURATION_KINDS)[number];
  readonly name: string;
  readonly revision: number;
  readonly digest: string;
  /** Who registered or proposed it. */
  readonly by: string;
  /** Who approved it, where it had to be. */
  readonly approvedBy?: string;
  /** Since when it is in force, or proposed. */
  readonly at: string;
  /** Present for a version that is not in force: it asks less than what is, and waits for an approval. */
  readonly proposal?: ProposalView;
}

/** What a proposed version of a policy waits for. */
export interface ProposalView {
  /** The level that has to approve it. */
  readonly level: string;
  /** The revision that it was compared with; -1 for what ships. */
  readonly base: number;
  /** Something else is in force by now: it has to be proposed again. */
  readonly stale: boolean;
  /** What it asks less than what is in force. */
  readonly looser: readonly Loosening[];
  /** How many more there are than are listed. */
  readonly unlisted: number;
}

/** What somebody's word on a proposed version came to. */
export interface ProposalAnswer {
  readonly name: string;
  readonly decision: (typeof PROPOSAL_DECISIONS)[number];
  readonly digest: string;
  /** The level at which it was given; null when it was taken back by who proposed it. */
  readonly level: string | null;
  readonly by: string;
  readonly at: string;
  /** The revision that is in force now; -1 for what ships, null when nothing is. */
  readonly revision: number | null;
}

/** A plan that nobody has submitted. */
export interface PlanPreview extends Plan {
  /** What a release with this plan is approved by. */
  readonly digest: string;
  /** When its waves would open. */
  readonly times: Timetable;
}

const ping = (service: string) => contract(service, 'Ping', Nothing)<{ service: string }>();

/** topologies, policies; submission, planning, approvals; how a release stands. */
export const PLANNER = {
  ping: ping('planner'),
  registerConfiguration: contract(
    'planner',
    'RegisterConfiguration',
    z.strictObject({ meta: CommandMeta, kind: z.enum(CONFIGURATION_KINDS), document: z.unknown() }),
  )<ConfigurationAnswer>(),
  listConfigurations: contract('planner', 'ListConfigurations', z.strictObject({ kind: z.enum(CONFIGURATION_KINDS) }))<
    readonly ConfigurationAnswer[]
  >(),
  /** Somebody's word on the version of a policy that is proposed. */
  decideProposal: contract(
    'planner',
    'DecideProposal',
    z.strictObject({
      meta: CommandMeta,
      name: z.string().min(1).max(100),
      decision: z.enum(PROPOSAL_DECISIONS),
      digest: z.string().max(100).optional(),
    }),
  )<ProposalAnswer>(),
  /** A plan that nobody has submitted. The other documents come along, or are those registered under the release's names. */
  planRelease: contract(
    'planner',
    'PlanRelease',
    z.strictObject({
      release: z.unknown(),
      topology: z.unknown().optional(),
      policy: z.unknown().optional(),
      environment: z.unknown().optional(),
      /** When it would start; now when absent. */
      at: z.iso.datetime({ offset: true }).optional(),
    }),
  )<PlanPreview>(),
  submitRelease: contract(
    'planner',
    'SubmitRelease',
    z.strictObject({ meta: CommandMeta, document: z.unknown() }),
  )<SubmissionAnswer>(),
  orderRelease: contract(
    'planner',
    'OrderRelease',
    z.strictObject({
      meta: CommandMeta,
      release: ReleaseId,
      order: z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('approve'), digest: z.string().max(100).optional() }),
        z.strictObject({ type: z.literal('reject') }),
        z.strictObject({ type: z.literal('withdraw') }),
      ]),
    }),
  )<ReleaseAnswer>(),
  getRelease: contract('planner', 'GetRelease', z.strictObject({ release: ReleaseId }))<ReleaseView>(),
};

/** Carrying out: start, stop, intervals, rollback. */
export const EXECUTOR = {
  ping: ping('executor'),
  orderRelease: contract(
    'executor',
    'OrderRelease',
    z.strictObject({
      meta: CommandMeta,
      release: ReleaseId,
      order: z.discriminatedUnion('type', [
        z.strictObject({ type: z.literal('start') }),
        z.strictObject({ type: z.literal('pause') }),
        z.strictObject({ type: z.literal('resume') }),
        z.strictObject({ type: z.literal('abort') }),
        z.strictObject({ type: z.literal('change-interval'), batch: BatchId, to: Duration }),
        z.strictObject({ type: z.literal('roll-back'), batch: BatchId.optional() }),
        z.strictObject({ type: z.literal('retry-unit'), unit: UnitId }),
      ]),
    }),
  )<ReleaseAnswer>(),
};

/** Watching: second confirmations. */
export const OBSERVER = {
  ping: ping('observer'),
  orderRelease: contract(
    'observer',
    'OrderRelease',
    z.strictObject({
      meta: CommandMeta,
      release: ReleaseId,
      order: z.strictObject({ type: z.literal('confirm'), batch: BatchId, seen: z.string().min(1).max(2_000) }),
    }),
  )<ReleaseAnswer>(),
};

/** A release in a list. */
export interface ReleaseSummary {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly version: string;
  readonly risk: string;
  readonly state: string;
  readonly author: string;
  readonly submittedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** One thing that happened, as a line of the story: who, what, when, why, on what evidence. */
export interface StoryEntry {
  readonly at: string;
  readonly type: string;
  readonly release: string;
  readonly revision: number;
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason: string | null;
  /** What happened, in one plain sentence. */
  readonly sentence: string;
  readonly batch: string | null;
  readonly unit: string | null;
  /** What it rests on, where the event has some. */
  readonly evidence: Readonly<Record<string, unknown>> | null;
}

export interface ReleaseStory {
  readonly release: ReleaseSummary;
  readonly entries: readonly StoryEntry[];
  /** Where to go on when there is more; null at the end. */
  readonly next: number | null;
}

/** What a unit ran from a moment on, and who put it there. */
export interface UnitVersionEntry {
  readonly unit: string;
  readonly version: string | null;
  readonly previous: string | null;
  readonly from: string;
  readonly how: 'deployed' | 'rolled-back' | 'found';
  readonly release: string;
  readonly batch: string;
  /** Who started the release, or asked for the rollback; a rule by its id. */
  readonly actor: { readonly kind: string; readonly id: string };
  readonly reason: string | null;
}

export interface UnitHistory {
  readonly unit: string;
  /** The moment asked about. */
  readonly at: string;
  /** What it ran then; null when nothing is known of that time. */
  readonly running: UnitVersionEntry | null;
  readonly history: readonly UnitVersionEntry[];
}

export interface IntegrityProblem {
  readonly stream: string;
  readonly revision: number;
  readonly event: string | null;
  readonly why: string;
}

export interface IntegrityReport {
  readonly ok: boolean;
  readonly streams: number;
  readonly events: number;
  /** The first event that does not fit. */
  readonly firstProblem: IntegrityProblem | null;
  /** Releases whose read model says something else than their log. */
  readonly mismatches: readonly { readonly release: string; readonly log: string; readonly projection: string }[];
}

/** Read models and proofs. */
export const AUDIT = {
  ping: ping('audit'),
  listReleases: contract(
    'audit',
    'ListReleases',
    z.strictObject({
      state: z.string().max(40).optional(),
      service: z.string().max(100).optional(),
      limit: Limit.default(50),
      before: z.string().max(60).optional(),
    }),
  )<{ releases: readonly ReleaseSummary[]; next: string | null }>(),
  auditRelease: contract(
    'audit',
    'AuditRelease',
    z.strictObject({
      release: ReleaseId,
      after: z.int().min(-1).default(-1),
      limit: z.int().min(1).max(5_000).default(1_000),
    }),
  )<ReleaseStory>(),
  auditUnit: contract(
    'audit',
    'AuditUnit',
    z.strictObject({
      unit: z.string().min(1).max(200),
      at: z.iso.datetime({ offset: true }).optional(),
      limit: Limit.default(100),
    }),
  )<UnitHistory>(),
  auditActor: contract(
    'audit',
    'AuditActor',
    z.strictObject({
      actor: z.string().min(1).max(100),
      limit: Limit.default(200),
      before: z.string().max(60).optional(),
    }),
  )<{ actor: string; entries: readonly StoryEntry[]; next: string | null }>(),
  checkIntegrity: contract(
    'audit',
    'CheckIntegrity',
    z.strictObject({ release: ReleaseId.optional() }),
  )<IntegrityReport>(),
  rebuild: contract('audit', 'Rebuild', z.strictObject({ meta: CommandMeta }))<{ events: number; seconds: number }>(),
};
