import type { Unit } from '../documents/topology.js';
import { STAGING_BATCH } from '../planning/staging.js';
import type { ApprovalNeed, Finding, Plan, PlannedBatch, PlannedStaging } from '../planning/types.js';
import type { ReleaseCommand } from './commands.js';
import { fitText, type ReleaseEvent, type ReleaseEventData } from './events.js';
import type { Decision } from './refusal.js';
import { STAGING_WAVE } from './staging.js';
import type { Planned, Submitted } from './state.js';

/** An event has to stay small: no more units than these in one, and no more JSON of units than this. */
const UNITS_AN_EVENT = 500;
/** A character is at most three bytes, so that 180 KB is the most that this comes to. */
const UNIT_CHARACTERS_AN_EVENT = 60_000;
/** More than a person reads. The rules that block are all named in `approval.because`. */
const FINDINGS_KEPT = 200;

export function submit(command: ReleaseCommand<'submit'>): Decision {
  const { release, name, spec, topology, policy, environment, plan, digest } = command;
  const data = { release, name, spec, topology, policy, ...(environment ? { environment } : {}) };
  const submitted: ReleaseEvent = { type: 'ReleaseSubmitted.v1', data };
  return { ok: true, events: [submitted, ...planEvents(plan, digest), ...verdictOnPlan(plan.approval)] };
}

/**
 * What an interrupted planner had not written yet. Pinned inputs give the same plan again; if they do not, because
 * the planner itself has changed, the draft is begun anew rather than made of two halves.
 */
export function finishPlan(command: ReleaseCommand<'finish-plan'>, state: Submitted | Planned): Decision {
  if (state.status !== 'submitted') return { ok: true, events: verdictOnPlan(state.plan.header.approval) };
  const { draft } = state;
  const written = draft?.header.digest === command.digest ? 1 + draft.parts : 0;
  const rest = planEvents(command.plan, command.digest).slice(written);
  return { ok: true, events: [...rest, ...verdictOnPlan(command.plan.approval)] };
}

function planEvents(plan: Plan, digest: string): ReleaseEvent[] {
  const { methods, duration, observation, approval, drivers } = plan;
  const header: ReleaseEvent = {
    type: 'PlanDrafted.v1',
    data: {
      digest,
      batches: plan.batches.length,
      units: plan.batches.at(-1)?.cumulativeUnits ?? 0,
      methods: [...methods],
      duration,
      observation,
      findings: plan.findings.slice(0, FINDINGS_KEPT).map(fitFinding),
      approval: approval && needOf(approval),
      drivers,
    },
  };
  return [
    header,
    ...stagingEvents(plan.staging),
    ...plan.batches.flatMap(batchParts),
    { type: 'ReleasePlanned.v1', data: { digest } },
  ];
}

/** The environment, then its units as the one batch of wave 0. */
function stagingEvents(staging: PlannedStaging | null): ReleaseEvent[] {
  if (!staging) return [];
  const { environment, spec, traffic, units, interval } = staging;
  if (!spec) throw new Error(`the plan was made without its environment ${environment}`);
  const batch = { id: STAGING_BATCH, wave: STAGING_WAVE, cluster: environment, units, interval };
  const planned: ReleaseEvent = { type: 'StagingPlanned.v1', data: { environment, spec, traffic } };
  return [planned, ...batchParts({ ...batch, cumulativeUnits: 0, cumulativeShare: 0 })];
}

/** Without its patch, which follows from the plan and may be long. */
function fitFinding({ patch: _, ...finding }: Finding): Omit<Finding, 'patch'> {
  const { message, remedy, path } = finding;
  const place = path === undefined ? {} : { path: fitText(path) };
  return { ...finding, message: fitText(message), remedy: fitText(remedy), ...place };
}

function batchParts(batch: PlannedBatch): ReleaseEvent[] {
  const { id, units, ...rest } = batch;
  return unitParts(units).map((part, index) => ({
    type: 'BatchPlanned.v1',
    data: { batch: id, part: index + 1, ...rest, units: part },
  }));
}

/** The units in their order, cut into parts that each fit into an event. */
export function unitParts(units: readonly Unit[]): Unit[][] {
  const parts: Unit[][] = [];
  let room = 0;
  for (const unit of units) {
    const characters = JSON.stringify(unit).length;
    const part = parts.at(-1);
    if (part && part.length < UNITS_AN_EVENT && characters <= room) part.push(unit);
    else {
      parts.push([unit]);
      room = UNIT_CHARACTERS_AN_EVENT;
    }
    room -= characters;
  }
  return parts;
}

/** Ready at once, or waiting for a person; BAT-4: what cannot be phased or breaks a rule is never waved through. */
function verdictOnPlan(approval: ApprovalNeed | null): ReleaseEvent[] {
  if (!approval) return [{ type: 'ReleaseReadied.v1', data: {}, rule: 'BAT-4', reason: 'the plan keeps every rule' }];
  const { level, because, people = 1 } = approval;
  if (because.length === 0) return [];
  const approvals = people > 1 ? `${people} approvals` : 'an approval';
  const reason = `the plan breaks ${because.join(', ')}: needs ${approvals} of level ${level}`;
  return [{ type: 'ReleaseEscalated.v1', data: needOf(approval), rule: 'BAT-4', reason }];
}

function needOf({ level, because, people }: ApprovalNeed): ReleaseEventData<'ReleaseEscalated.v1'> {
  return { level, because: [...because], ...(people === undefined ? {} : { people }) };
}
