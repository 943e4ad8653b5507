import type { z } from 'zod';
import { Environment, FreezeWindow, Policy, Release, Topology } from '#domain';
import type { Role } from '../access/person.js';
import {
  ActorStory,
  EventPage,
  Health,
  IntegrityReport,
  Readiness,
  Rebuilt,
  ReleaseList,
  ReleaseStory,
  UnitHistory,
} from './audit-replies.js';
import type { Endpoint, Reply } from './endpoint.js';
import {
  ConfigurationAnswer,
  EnvironmentList,
  FreezeWindowList,
  PlanPreview,
  PolicyList,
  ProposalAnswer,
  ReleaseAnswer,
  ReleaseView,
  SchemaList,
  SubmissionAnswer,
  TopologyList,
} from './replies.js';
import {
  ActorQuery,
  Approval,
  Confirmation,
  EventsQuery,
  IntegrityQuery,
  IntervalChange,
  NoQuery,
  PlanQuery,
  PlanRequest,
  ProposalWord,
  Reasoned,
  ReleaseStoryQuery,
  ReleasesQuery,
  Retry,
  Rollback,
  UnitQuery,
  WithReason,
} from './requests.js';

/** Everything that is open, and to whom. What is not in here is not there. */
export const ENDPOINTS = {
  registerTopology: document('/v1/topologies', ['admin'], Topology, {
    summary: 'Registers a topology, or a new version of one',
    reply: created(ConfigurationAnswer, 'The version as it is registered now'),
  }),
  listTopologies: view('/v1/topologies', NoQuery, {
    summary: 'The topologies that are registered',
    reply: ok(TopologyList, 'The newest version of each'),
  }),
  registerPolicy: document('/v1/policies', ['admin'], Policy, {
    summary: 'Registers a policy, or a new version of one; proposes it when it asks less than what is in force',
    reply: created(ConfigurationAnswer, 'The version as it is registered now'),
    otherwise: {
      status: 202,
      schema: ConfigurationAnswer,
      says: 'The version as it is proposed, and what it waits for',
    },
  }),
  decideProposal: {
    method: 'POST',
    path: '/v1/policies/:name/approvals',
    allow: ['approver'],
    summary: 'Approves or rejects the version of a policy that is proposed',
    body: { form: 'command', schema: ProposalWord },
    reply: ok(ProposalAnswer, 'What is in force now'),
  },
  listPolicies: view('/v1/policies', NoQuery, {
    summary: 'The policies that are registered, and the versions that are proposed',
    reply: ok(PolicyList, 'The newest version of each that is in force, and of each that waits for an approval'),
  }),
  registerEnvironment: document('/v1/environments', ['admin'], Environment, {
    summary: 'Registers a staging environment, or a new version of one',
    reply: created(ConfigurationAnswer, 'The version as it is registered now'),
  }),
  listEnvironments: view('/v1/environments', NoQuery, {
    summary: 'The staging environments that are registered',
    reply: ok(EnvironmentList, 'The newest version of each'),
  }),
  registerFreezeWindow: document('/v1/freeze-windows', ['admin'], FreezeWindow, {
    summary: 'Registers a freeze window, or a new version of one',
    reply: created(ConfigurationAnswer, 'The version as it is registered now'),
  }),
  listFreezeWindows: view('/v1/freeze-windows', NoQuery, {
    summary: 'The freeze windows that are registered',
    reply: ok(FreezeWindowList, 'The newest version of each'),
  }),

  planRelease: {
    ...document('/v1/plans', ['viewer'], PlanRequest, {
      summary: 'Plans a release without submitting it',
      reply: ok(PlanPreview, 'What would happen, when, and what the policy says of it'),
    }),
    query: PlanQuery,
  },
  submitRelease: document('/v1/releases', ['author'], Release, {
    summary: 'Submits a release',
    reply: created(SubmissionAnswer, 'Its id, and the approval that it waits for'),
  }),
  listReleases: view('/v1/releases', ReleasesQuery, {
    summary: 'Releases, the newest first',
    reply: ok(ReleaseList, 'A page of releases'),
  }),
  getRelease: view('/v1/releases/:id', NoQuery, {
    summary: 'How a release stands',
    reply: ok(ReleaseView, 'The release; its ETag is its revision'),
  }),

  approveRelease: order('approvals', ['approver'], Approval, 'Approves or rejects a plan'),
  withdrawRelease: order('withdraw', ['author', 'operator'], Reasoned, 'Takes back a release that has not started'),
  startRelease: order('start', ['operator'], Reasoned, 'Starts a release that is ready'),
  pauseRelease: order('pause', ['operator'], Reasoned, 'Holds a release'),
  resumeRelease: order('resume', ['operator'], Reasoned, 'Goes on with a release that is held'),
  abortRelease: order('abort', ['operator'], WithReason, 'Ends a release as it is, without rolling back'),
  changeInterval: order('intervals', ['operator'], IntervalChange, 'Changes how long a batch is observed'),
  rollBackRelease: order('rollbacks', ['operator'], Rollback, 'Rolls back a batch or the whole release'),
  retryUnit: order('retries', ['operator'], Retry, 'Tries a unit again that has failed for good'),
  // Which of these roles a batch asks for stands in the release; the domain decides.
  confirmBatch: order('confirmations', ['operator', 'approver', 'admin'], Confirmation, 'Confirms a batch by eye'),

  releaseEvents: feed('/v1/releases/:id/events', 'The events of a release, and what was refused to it'),
  allEvents: feed('/v1/events', 'The events of all releases, and of the documents that are registered'),

  auditRelease: view('/v1/audit/releases/:id', ReleaseStoryQuery, {
    summary: 'What happened to a release: who, what, when, why, on what evidence',
    reply: ok(ReleaseStory, 'A page of its story'),
  }),
  auditUnit: view('/v1/audit/units/:id', UnitQuery, {
    summary: 'What a unit runs or ran, and who put it there',
    reply: ok(UnitHistory, 'What it ran at that moment, and before'),
  }),
  auditActor: view('/v1/audit/actors/:id', ActorQuery, {
    summary: 'What somebody did',
    reply: ok(ActorStory, 'A page of it, the newest first'),
  }),
  checkIntegrity: view('/v1/audit/integrity', IntegrityQuery, {
    summary: 'Recomputes hashes and states from the log',
    reply: ok(IntegrityReport, 'Whether all of it fits, or the first event that does not'),
  }),
  rebuildAudit: {
    method: 'POST',
    path: '/v1/audit/rebuild',
    allow: ['admin'],
    summary: 'Builds the read models anew from the log',
    body: { form: 'command', schema: Reasoned },
    reply: ok(Rebuilt, 'How much was read'),
  },

  listSchemas: open(
    '/v1/schemas',
    'The JSON Schemas of all kinds of documents',
    ok(SchemaList, 'Where each of them is'),
  ),
  getSchema: open('/v1/schemas/:kind.json', 'The JSON Schema of a kind of documents; `sluice` takes any kind', {
    status: 200,
    mediaType: 'application/schema+json',
    says: 'JSON Schema, draft 7; 304 when `If-None-Match` says that it is known',
  }),

  health: open('/healthz', 'Whether the gateway runs', ok(Health, 'It does')),
  readiness: open('/readyz', 'Whether everything is there', ok(Readiness, 'It is; 503 with the same when it is not')),
  metrics: open('/metrics', 'Metrics', { status: 200, mediaType: 'text/plain', says: 'In the format of Prometheus' }),
  openApi: open('/openapi.json', 'This description', {
    status: 200,
    mediaType: 'application/json',
    says: 'OpenAPI 3.1',
  }),
} as const satisfies Record<string, Endpoint>;

interface Rest {
  readonly summary: string;
  readonly reply: Reply;
  readonly otherwise?: Reply;
}

function view(path: string, query: z.ZodObject, rest: Rest): Endpoint {
  return { method: 'GET', path, allow: ['viewer'], query, ...rest };
}

function document(path: string, allow: readonly Role[], schema: z.ZodType, rest: Rest): Endpoint {
  return { method: 'POST', path, allow, body: { form: 'document', schema }, ...rest };
}

function order(name: string, allow: readonly Role[], schema: z.ZodType, summary: string): Endpoint {
  const reply = ok(ReleaseAnswer, 'What the release is now; its ETag is its revision');
  return { method: 'POST', path: `/v1/releases/:id/${name}`, allow, summary, body: { form: 'command', schema }, reply };
}

function feed(path: string, summary: string): Endpoint {
  return {
    method: 'GET',
    path,
    allow: ['viewer'],
    summary,
    query: EventsQuery,
    reply: ok(EventPage, 'A page, oldest first'),
    streams: true,
  };
}

function open(path: string, summary: string, reply: Reply): Endpoint {
  return { method: 'GET', path, allow: 'anybody', summary, reply };
}

function ok(schema: z.ZodType, says: string): Reply {
  return { status: 200, schema, says };
}

function created(schema: z.ZodType, says: string): Reply {
  return { status: 201, schema, says };
}
