import { z } from 'zod';
import type { RecordedEvent } from '#event-store';
import type {
  IntegrityReport as IntegrityReportShape,
  ReleaseStory as ReleaseStoryShape,
  ReleaseSummary as ReleaseSummaryShape,
  UnitHistory as UnitHistoryShape,
} from '#messaging';

// As in replies.ts: for the documentation, held against the types of the services.

const Moment = z.iso.datetime();
const Text = z.string();
const Actor = z.object({ kind: z.enum(['person', 'rule', 'service']), id: Text });

const ReleaseSummary: z.ZodType<ReleaseSummaryShape> = z.object({
  id: Text,
  name: Text,
  service: Text,
  version: Text,
  risk: Text,
  state: Text,
  author: Text,
  submittedAt: Moment,
  startedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
});

export const ReleaseList = z.object({ releases: z.array(ReleaseSummary), next: Text.nullable() });

const StoryEntry = z.object({
  at: Moment,
  type: Text,
  release: Text,
  revision: z.int(),
  actor: Actor,
  reason: Text.nullable(),
  sentence: Text.describe('What happened, in one plain sentence.'),
  batch: Text.nullable(),
  unit: Text.nullable(),
  evidence: z.record(Text, z.unknown()).nullable(),
});

export const ReleaseStory: z.ZodType<ReleaseStoryShape> = z.object({
  release: ReleaseSummary,
  entries: z.array(StoryEntry),
  next: z.int().nullable(),
});

export const ActorStory = z.object({ actor: Text, entries: z.array(StoryEntry), next: Text.nullable() });

const UnitVersion = z.object({
  unit: Text,
  version: Text.nullable(),
  previous: Text.nullable(),
  from: Moment,
  how: z.enum(['deployed', 'rolled-back', 'found']),
  release: Text,
  batch: Text,
  actor: Actor,
  reason: Text.nullable(),
});

export const UnitHistory: z.ZodType<UnitHistoryShape> = z.object({
  unit: Text,
  at: Moment,
  running: UnitVersion.nullable(),
  history: z.array(UnitVersion),
});

export const IntegrityReport: z.ZodType<IntegrityReportShape> = z.object({
  ok: z.boolean(),
  streams: z.int(),
  events: z.int(),
  firstProblem: z.object({ stream: Text, revision: z.int(), event: Text.nullable(), why: Text }).nullable(),
  mismatches: z.array(z.object({ release: Text, log: Text, projection: Text })),
});

export const Rebuilt = z.object({ events: z.int(), seconds: z.number() });

const Event: z.ZodType<RecordedEvent> = z.object({
  id: Text,
  type: Text.describe('Past tense with a version, `BatchDeployed.v1`.'),
  stream: Text,
  revision: z.int().describe('Its place in its stream: 0, 1, 2, … without gaps.'),
  position: z.int().describe('Its place in the whole log; it only grows, with gaps.'),
  at: Moment,
  data: z.unknown(),
  meta: z.object({
    commandId: Text,
    actor: Actor,
    reason: Text.optional(),
    correlationId: Text,
    causationId: Text,
    traceparent: Text.optional(),
    hash: Text,
    previousHash: Text,
  }),
});

export const EventPage = z.object({
  events: z.array(Event),
  next: z.int().nullable().describe('What to ask `after` for the next page; null when there is nothing more yet.'),
});

export const Health = z.object({ up: z.literal(true) });

const Presence = z.enum(['up', 'down']);
export const Readiness = z.object({
  ready: z.boolean(),
  services: z.object({ planner: Presence, executor: Presence, observer: Presence, audit: Presence }),
  eventStore: Presence,
});
export type Readiness = z.infer<typeof Readiness>;

export const Problem = z.object({
  type: Text,
  title: Text,
  status: z.int(),
  detail: Text.describe('What is wrong and what to do.'),
  code: Text.describe('For programs: `WRONG_STATE`, `INVALID_DOCUMENT`.'),
  errors: z
    .array(
      z.object({
        path: Text,
        message: Text,
        source: Text.optional(),
        line: z.int().optional(),
        column: z.int().optional(),
      }),
    )
    .optional(),
  state: z.record(Text, z.unknown()).optional().describe('What the release is now, for refusals and conflicts.'),
});
