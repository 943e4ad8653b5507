import { z } from 'zod';
import { Duration, Environment, Policy, PROPOSAL_DECISIONS, Release, Topology } from '#domain';

const Reason = z.string().min(1).max(2_000).describe('Why; it stands in the log for ever.');
const Id = z.string().min(1).max(200);
const count = (most: number, standard: number) => z.coerce.number().int().min(1).max(most).default(standard);
const position = z.coerce.number().int().min(0);

/** For what does not change the course of anything: a reason is welcome. */
export const Reasoned = z.strictObject({ reason: Reason.optional() });
export type Reasoned = z.infer<typeof Reasoned>;

/** For what cannot be taken back. */
export const WithReason = z.strictObject({ reason: Reason });
export type WithReason = z.infer<typeof WithReason>;

export const Approval = z
  .strictObject({
    decision: z.enum(['approve', 'reject']).default('approve'),
    reason: Reason.optional().describe('Why; needed to reject.'),
    digest: z.string().min(1).max(100).optional().describe('Of the plan that was looked at; another is not approved.'),
  })
  .refine(({ decision, reason }) => decision === 'approve' || reason !== undefined, {
    path: ['reason'],
    error: 'is missing; a rejection says why',
  });
export type Approval = z.infer<typeof Approval>;

/** Somebody's word on a version of a policy that is proposed. */
export const ProposalWord = z.strictObject({
  decision: z.enum(PROPOSAL_DECISIONS).default('approve'),
  reason: Reason,
  digest: z.string().min(1).max(100).optional().describe('Of the version that was looked at; another is not approved.'),
});
export type ProposalWord = z.infer<typeof ProposalWord>;

export const Confirmation = z.strictObject({
  batch: Id,
  seen: z.string().min(1).max(2_000).describe('What was looked at, and what it showed.'),
});
export type Confirmation = z.infer<typeof Confirmation>;

export const IntervalChange = z.strictObject({ batch: Id, to: Duration, reason: Reason });
export type IntervalChange = z.infer<typeof IntervalChange>;

export const Rollback = z.strictObject({
  batch: Id.optional().describe('The batch to roll back; the whole release when it is left out.'),
  reason: Reason,
});
export type Rollback = z.infer<typeof Rollback>;

export const Retry = z.strictObject({
  unit: Id.describe('One that has failed for good: its deployment, or that it is put back.'),
  reason: Reason.optional(),
});
export type Retry = z.infer<typeof Retry>;

/** A release, alone or with the other documents to plan it with; otherwise those that are registered. */
export const PlanRequest = z.union([
  Release,
  z.strictObject({
    release: Release,
    topology: Topology.optional(),
    policy: Policy.optional(),
    environment: Environment.optional(),
  }),
]);

export const PlanQuery = z.strictObject({
  at: z.iso.datetime({ offset: true }).optional().describe('When it would start; now when left out.'),
});
export type PlanQuery = z.infer<typeof PlanQuery>;

export const NoQuery = z.strictObject({});

export const ReleasesQuery = z.strictObject({
  state: z.string().min(1).max(40).optional(),
  service: z.string().min(1).max(100).optional(),
  limit: count(1_000, 50),
  before: z.string().min(1).max(60).optional().describe('`next` of the page before.'),
});
export type ReleasesQuery = z.infer<typeof ReleasesQuery>;

export const EventsQuery = z.strictObject({
  after: position.optional().describe('The position after which to begin; from the first event when left out.'),
  limit: count(1_000, 200).describe('Of a page; a stream has no end.'),
});
export type EventsQuery = z.infer<typeof EventsQuery>;

export const ReleaseStoryQuery = z.strictObject({
  after: z.coerce
    .number()
    .int()
    .min(-1)
    .default(-1)
    .describe('The `next` of an earlier page: the place in the log after which to begin.'),
  limit: count(5_000, 1_000),
});
export type ReleaseStoryQuery = z.infer<typeof ReleaseStoryQuery>;

export const UnitQuery = z.strictObject({
  at: z.iso.datetime({ offset: true }).optional().describe('The moment that is asked about; now when left out.'),
  limit: count(1_000, 100),
});
export type UnitQuery = z.infer<typeof UnitQuery>;

export const ActorQuery = z.strictObject({
  limit: count(1_000, 200),
  before: z.string().min(1).max(60).optional().describe('`next` of the page before.'),
});
export type ActorQuery = z.infer<typeof ActorQuery>;

export const IntegrityQuery = z.strictObject({ release: Id.optional() });
export type IntegrityQuery = z.infer<typeof IntegrityQuery>;
