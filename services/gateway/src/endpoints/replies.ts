import { z } from 'zod';
import {
  BATCH_STATUSES,
  CONFIGURATION_KINDS,
  DRIFT_HANDLINGS,
  Drivers,
  EnvironmentSpec,
  FINDING_SOURCES,
  type Finding as FindingShape,
  HOLD_CAUSES,
  METHODS,
  type Plan as PlanShape,
  PROPOSAL_DECISIONS,
  RELEASE_STATUSES,
  ReleaseSpec,
  type ReleaseView as ReleaseViewShape,
  Severity,
  StagingTraffic,
  TRAFFIC_MODES,
  TrafficSplit,
  Unit,
  VERDICTS,
} from '#domain';
import type {
  ConfigurationAnswer as ConfigurationAnswerShape,
  PlanPreview as PlanPreviewShape,
  ProposalAnswer as ProposalAnswerShape,
  ReleaseAnswer as ReleaseAnswerShape,
  SubmissionAnswer as SubmissionAnswerShape,
} from '#messaging';

// What services answer, for the documentation. Each is held against the type that the services are compiled with.

const Moment = z.iso.datetime();
const Text = z.string();

const Finding: z.ZodType<FindingShape> = z.object({
  rule: Text.describe('An id of the requirement, `INT-2`, or of a rule of the policy.'),
  severity: Severity,
  mode: z.literal('shadow').optional().describe('It is told, and stops nobody.'),
  batch: Text.nullable(),
  message: Text,
  remedy: Text,
  path: Text.optional().describe('Where in its document the thing is that breaks the rule.'),
  source: z.enum(FINDING_SOURCES).optional().describe('The document that `path` leads into; the release when absent.'),
  patch: z
    .object({
      document: z.enum(FINDING_SOURCES),
      operations: z.array(
        z.object({ op: z.enum(['add', 'replace', 'remove']), path: Text, value: z.unknown().optional() }),
      ),
      fillIn: z.array(Text).optional().describe('Values that are there to be replaced.'),
    })
    .optional()
    .describe('A change of the document (RFC 6902) that removes the finding.'),
});

const ApprovalNeed = z.object({ level: Text, because: z.array(Text), people: z.int().optional() });

export const ConfigurationAnswer: z.ZodType<ConfigurationAnswerShape> = z.object({
  kind: z.enum(CONFIGURATION_KINDS),
  name: Text,
  revision: z.int(),
  digest: Text,
  by: Text,
  approvedBy: Text.optional().describe('Who approved it, where it had to be.'),
  at: Moment,
  proposal: z
    .object({
      level: Text.describe('The level that has to approve it.'),
      base: z.int().describe('The revision that it was compared with; -1 for what ships.'),
      stale: z.boolean().describe('Something else is in force by now: it has to be proposed again.'),
      looser: z
        .array(z.object({ path: Text, from: Text.nullable(), to: Text.nullable(), words: Text }))
        .describe('What it asks less than what is in force.'),
      unlisted: z.int().describe('How many more there are than are listed.'),
    })
    .optional()
    .describe('Present for a version that is not in force: it asks less than what is, and waits for an approval.'),
});

export const ProposalAnswer: z.ZodType<ProposalAnswerShape> = z.object({
  name: Text,
  decision: z.enum(PROPOSAL_DECISIONS),
  digest: Text,
  level: Text.nullable().describe('Null when it was taken back by who proposed it.'),
  by: Text,
  at: Moment,
  revision: z.int().nullable().describe('What is in force now; -1 for what ships, null when nothing is.'),
});

export const TopologyList = z.object({ topologies: z.array(ConfigurationAnswer) });
export const PolicyList = z.object({ policies: z.array(ConfigurationAnswer), proposals: z.array(ConfigurationAnswer) });
export const FreezeWindowList = z.object({ freezeWindows: z.array(ConfigurationAnswer) });
export const EnvironmentList = z.object({ environments: z.array(ConfigurationAnswer) });

export const SchemaList = z.object({
  schemas: z.array(
    z.object({
      name: Text,
      kind: Text.nullable().describe('The kind of the documents; null for the schema that takes every kind.'),
      id: Text.describe('The `$id` of the schema.'),
      path: Text,
    }),
  ),
});
export type SchemaList = z.infer<typeof SchemaList>;

export const ReleaseAnswer: z.ZodType<ReleaseAnswerShape> = z.object({
  id: Text,
  state: z.enum(RELEASE_STATUSES),
  revision: z.int(),
});

export const SubmissionAnswer: z.ZodType<SubmissionAnswerShape> = z.object({
  id: Text,
  name: Text,
  state: z.enum(RELEASE_STATUSES),
  revision: z.int(),
  approval: ApprovalNeed.nullable(),
  findings: z.array(Finding),
  notes: z.array(Text).optional().describe('What would keep it from beginning, were it started now.'),
});

const PlannedStaging = z
  .object({
    environment: Text,
    spec: EnvironmentSpec.nullable().describe('The environment; null in a plan that was made without it.'),
    units: z.array(Unit),
    traffic: StagingTraffic,
    interval: Text,
  })
  .nullable()
  .describe('The stage before production; null for a release without one.');

const PLAN = z.object({
  release: Text,
  staging: PlannedStaging,
  batches: z.array(
    z.object({
      id: Text,
      wave: z.int(),
      cluster: Text,
      units: z.array(Unit),
      interval: Text,
      cumulativeUnits: z.int(),
      cumulativeShare: z.number(),
    }),
  ),
  waves: z.array(z.array(Text)),
  methods: z.array(z.enum(METHODS)),
  duration: Text,
  observation: Text,
  findings: z.array(Finding),
  approval: ApprovalNeed.nullable(),
  drivers: Drivers,
});
export const Plan: z.ZodType<PlanShape> = PLAN;

const Times = z.object({
  startAt: Moment,
  waves: z.array(
    z.object({
      wave: z.int().describe('0 is staging.'),
      opensAt: Moment,
      overAt: Moment,
      waits: z
        .object({ window: Text, until: Moment })
        .optional()
        .describe('The freeze that it waits for before it opens.'),
    }),
  ),
  overAt: Moment,
  stuck: z
    .object({ wave: z.int(), window: Text })
    .optional()
    .describe('The wave that would find no time to open, for this freeze; the times end before it.'),
});

export const PlanPreview: z.ZodType<PlanPreviewShape> = PLAN.extend({
  digest: Text.describe('What a release with this plan is approved by.'),
  times: Times.describe('If it started then and nothing else happened; deploying is not foreseen.'),
});

const Hold = z.object({
  cause: z.enum(HOLD_CAUSES),
  sentence: Text,
  batch: Text.nullable(),
  until: Moment.optional().describe('When what is in the way is over at the latest.'),
  since: Moment,
});

const Batch = z.object({
  id: Text,
  wave: z.int(),
  cluster: Text,
  units: z.array(Text),
  state: z.enum(BATCH_STATUSES),
  interval: Text,
  deployed: z.int(),
  failed: z.int(),
  failedUnits: z.array(Text).optional().describe('The first of those that failed for good.'),
  droppedUnits: z.array(Text).optional().describe('The first of those that are gone from the topology.'),
  observedUntil: Moment.nullable(),
  verdicts: z.array(z.object({ validator: Text, verdict: z.enum(VERDICTS), sentence: Text })),
  confirmations: z.array(z.object({ actor: Text, at: Moment, seen: Text })),
});

const Staging = Batch.omit({ wave: true, cluster: true }).extend({
  environment: Text,
  traffic: z.object({
    mode: z.enum(TRAFFIC_MODES),
    asked: TrafficSplit.describe('While it is observed.'),
    now: TrafficSplit.describe('As the router has confirmed it.'),
    shiftingTo: TrafficSplit.nullable().describe('What the router is being told.'),
    error: Text.nullable().describe('Why the last attempt to move it failed.'),
  }),
  probe: z.object({ verdict: z.enum(VERDICTS), sentence: Text, at: Moment }).nullable(),
});

const Drift = z.object({
  topology: Text,
  revision: z.int(),
  added: z.int(),
  removed: z.int(),
  taken: z.int().optional().describe('How many of those added belong to another release.'),
  handling: z.enum(DRIFT_HANDLINGS),
  at: Moment,
  waits: z.boolean().describe('A person has to say whether it goes on as planned.'),
});

export const ReleaseView: z.ZodType<ReleaseViewShape> = z.object({
  id: Text,
  name: Text,
  service: Text,
  version: Text,
  risk: Text,
  topology: Text,
  author: Text,
  reason: Text,
  state: z.enum(RELEASE_STATUSES).exclude(['absent']),
  revision: z.int(),
  submittedAt: Moment,
  spec: ReleaseSpec.optional().describe('What was submitted, with its defaults.'),
  startedAt: Moment.optional(),
  endedAt: Moment.optional(),
  hold: Hold.optional(),
  rollback: z.object({ scope: z.enum(['batch', 'release']), batch: Text.nullable(), because: Text }).optional(),
  plan: z
    .object({
      digest: Text,
      units: z.int(),
      duration: Text,
      observation: Text,
      findings: z.array(Finding),
      approval: ApprovalNeed.nullable(),
    })
    .optional(),
  drift: Drift.optional().describe('What has changed in the topology since the plan was made.'),
  staging: Staging.optional(),
  batches: z.array(Batch),
  approvals: z.array(z.object({ actor: Text, level: Text, digest: Text, at: Moment, reason: Text.nullable() })),
  approved: z
    .object({ given: z.int(), of: z.int() })
    .optional()
    .describe('How many different people have approved, of how many; absent when nobody has to.'),
});
