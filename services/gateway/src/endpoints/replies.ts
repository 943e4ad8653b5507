import { z } from 'zod';
import {
  BATCH_STATUSES,
  CONFIGURATION_KINDS,
  Drivers,
  EnvironmentSpec,
  FINDING_SOURCES,
  type Finding as FindingShape,
  HOLD_CAUSES,
  METHODS,
  type Plan as PlanShape,
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
  at: Moment,
});

export const TopologyList = z.object({ topologies: z.array(ConfigurationAnswer) });
export const PolicyList = z.object({ policies: z.array(ConfigurationAnswer) });
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
});

export const PlanPreview: z.ZodType<PlanPreviewShape> = PLAN.extend({
  digest: Text.describe('What a release with this plan is approved by.'),
  times: Times.describe('If it started then and nothing else happened; deploying is not foreseen.'),
});

const Hold = z.object({
  cause: z.enum(HOLD_CAUSES),
  sentence: Text,
  batch: Text.nullable(),
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
  staging: Staging.optional(),
  batches: z.array(Batch),
  approvals: z.array(z.object({ actor: Text, level: Text, at: Moment, reason: Text.nullable() })),
});
