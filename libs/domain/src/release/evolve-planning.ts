import type { PlannedBatch } from '../planning/types.js';
import { toMs } from '../values/duration.js';
import { Answers } from './answers.js';
import type { RecordedReleaseEvent } from './events.js';
import { NO_TRAFFIC } from './evolve-traffic.js';
import { countUnits, indexPlan } from './plan-index.js';
import { Roster } from './roster.js';
import { startOfRun } from './run-time.js';
import { STAGING_WAVE } from './staging.js';
import type { Absent, BatchState, Draft, Planned, ReleaseState, Submitted, UnitState } from './state.js';

type Of<T extends RecordedReleaseEvent['type']> = Extract<RecordedReleaseEvent, { type: T }>;

export function submit(state: Absent, event: RecordedReleaseEvent): ReleaseState {
  if (event.type !== 'ReleaseSubmitted.v1') return state;
  return {
    status: 'submitted',
    ...event.data,
    author: event.meta.actor.id,
    submittedAt: event.at,
    answers: Answers.NONE,
    draft: null,
  };
}

export function evolveSubmitted(state: Submitted, event: RecordedReleaseEvent): ReleaseState {
  switch (event.type) {
    case 'PlanDrafted.v1':
      return { ...state, draft: { header: event.data, staging: null, batches: [], parts: 0 } };
    case 'StagingPlanned.v1':
      return state.draft
        ? { ...state, draft: { ...state.draft, staging: event.data, parts: state.draft.parts + 1 } }
        : state;
    case 'BatchPlanned.v1':
      return state.draft ? { ...state, draft: withPart(state.draft, event) } : state;
    case 'ReleasePlanned.v1': {
      if (!state.draft) return state;
      const { draft, ...submission } = state;
      return {
        ...submission,
        status: 'planned',
        plan: indexPlan(draft.header, draft.batches, draft.staging),
        approvals: [],
      };
    }
    default:
      return state;
  }
}

/** Takes a batch, or a further part of the last one, into the draft. */
function withPart(draft: Draft, event: Of<'BatchPlanned.v1'>): Draft {
  const { batch: id, part, ...rest } = event.data;
  const last = draft.batches.at(-1);
  const batches =
    part > 1 && last?.id === id
      ? [...draft.batches.slice(0, -1), { ...last, units: [...last.units, ...rest.units] }]
      : [...draft.batches, { id, ...rest }];
  return { ...draft, batches, parts: draft.parts + 1 };
}

export function evolvePlanned(state: Planned, event: RecordedReleaseEvent): ReleaseState {
  switch (event.type) {
    case 'ReleaseEscalated.v1':
      return { ...state, status: 'escalated' };
    case 'ReleaseReadied.v1':
      return { ...state, status: 'ready' };
    case 'ApprovalGiven.v1': {
      const approval = {
        actor: event.meta.actor.id,
        level: event.data.level,
        digest: event.data.digest,
        at: event.at,
        reason: event.meta.reason ?? null,
      };
      return { ...state, approvals: [...state.approvals, approval] };
    }
    case 'ReleaseRejected.v1':
      return { ...state, status: 'rejected', endedAt: event.at };
    case 'ReleaseWithdrawn.v1':
      return { ...state, status: 'withdrawn', endedAt: event.at };
    case 'ReleaseStarted.v1':
      return start(state, event);
    default:
      return state;
  }
}

/** As it is before anything was done to it. */
export const PENDING_UNIT: UnitState = {
  status: 'pending',
  attempt: 0,
  rollbackAttempt: 0,
  journal: null,
  tries: 0,
  before: null,
  after: null,
  touched: false,
  touchedBy: null,
  retryAt: null,
};

function start(state: Planned, event: Of<'ReleaseStarted.v1'>): ReleaseState {
  const { adaptive, default: standard } = state.spec.interval;
  return {
    ...state,
    status: 'running',
    startedBy: event.meta.actor.id,
    startedAt: event.at,
    time: startOfRun(event.at),
    adaptive: adaptive ? { interval: toMs(standard), clean: 0, because: null } : null,
    openWave: state.plan.staging ? STAGING_WAVE - 1 : STAGING_WAVE,
    batches: Roster.of(state.plan.batches.map(pendingBatch)),
    units: Roster.of(Array.from({ length: countUnits(state.plan) }, () => PENDING_UNIT)),
    active: [],
    rollback: null,
    drift: null,
    traffic: state.plan.staging ? NO_TRAFFIC : null,
  };
}

/** As it is before its wave opens. */
export function pendingBatch(batch: PlannedBatch): BatchState {
  return {
    status: 'pending',
    interval: batch.interval,
    intervalIsFixed: false,
    queue: [],
    cursor: 0,
    inFlight: [],
    retrying: [],
    deployed: 0,
    failed: 0,
    deployedAt: null,
    observedFrom: null,
    observedSince: null,
    resumedAt: null,
    verdicts: new Map(),
    confirmations: [],
    failure: null,
    troubled: false,
  };
}
