import { judge } from '../planning/judge.js';
import { isBlocking } from '../planning/modes.js';
import type { Finding, PlannedBatch, PlannedStaging } from '../planning/types.js';
import { toMs } from '../values/duration.js';
import type { ReleaseCommand } from './commands.js';
import { whyNotToStart } from './decide-approval.js';
import { fitText, type ReleaseEvent } from './events.js';
import { isForAnObstacle } from './obstacle.js';
import { findBatch, plannedBatch, productionBatches, touchedUnits } from './plan-index.js';
import { exceptionsOf } from './policy-minima.js';
import { accept, type Decision, refuse } from './refusal.js';
import { isAborting, isShut, isStaging } from './staging.js';
import type { Planned, Started } from './state.js';

/** For so long after its completion a release can be rolled back as a whole. */
export const ROLLBACK_AFTER_COMPLETION_MS = 72 * 3_600_000;

export function start(command: ReleaseCommand<'start'>, state: Planned): Decision {
  return whyNotToStart(command, state) ?? accept({ type: 'ReleaseStarted.v1', data: {} });
}

/** A hold that would be over by itself can be paused too: otherwise the release would go on against a person's will. */
export function pause(command: ReleaseCommand<'pause'>, state: Started): Decision {
  if (state.status === 'held' && state.hold.cause !== 'no-verdict' && !isForAnObstacle(state.hold.cause)) {
    return refuse(state.status, 'WRONG_STATE', `it is held already, and waits for a person: ${state.hold.sentence}`);
  }
  const sentence = fitText(`paused by ${command.actor.id}${command.reason ? `: ${command.reason}` : ''}`);
  return accept({ type: 'ReleaseHeld.v1', data: { cause: 'paused', sentence, batch: null } });
}

/** Traffic leaves staging first; until then the release is held. */
export function abort(command: ReleaseCommand<'abort'>, state: Started): Decision {
  if (isShut(state)) return accept({ type: 'ReleaseAborted.v1', data: {} });
  if (isAborting(state))
    return refuse(state.status, 'WRONG_STATE', `it is being aborted already: ${holdSentence(state)}`);
  const why = command.reason ? `: ${command.reason}` : '';
  const sentence = fitText(`aborted by ${command.actor.id}${why}; its traffic leaves staging first`);
  return accept({ type: 'ReleaseHeld.v1', data: { cause: 'aborting', sentence, batch: null } });
}

function holdSentence(state: Started): string {
  return state.status === 'held' ? state.hold.sentence : '';
}

/** Goes on from a hold. What a validator has found to be bad is not made good by going on. */
export function resume(state: Started): Decision {
  if (isAborting(state)) return refuse(state.status, 'WRONG_STATE', `it cannot go on: ${holdSentence(state)}`);
  if (state.status === 'held' && state.hold.cause === 'rollback-failed' && state.rollback) {
    const { scope, batch, because, evidence } = state.rollback;
    return accept({ type: 'RollbackStarted.v1', data: { scope, batch, because, evidence } });
  }
  const reopened: ReleaseEvent[] = [];
  for (const number of state.active) {
    const batch = state.batches.at(number);
    const id = state.plan.batches[number]?.id ?? '';
    if (batch.status === 'failed' && batch.failure?.cause === 'verdict') {
      const way = `sluice rollback ${state.release} --batch ${id}, or abort`;
      return refuse(state.status, 'BATCH_FAILED', `batch ${id} has failed: ${batch.failure.sentence}. Instead: ${way}`);
    }
    if (batch.status === 'failed' || batch.status === 'rolled-back') {
      reopened.push({ type: 'BatchReopened.v1', data: { batch: id } });
    }
  }
  return accept({ type: 'ReleaseResumed.v1', data: {} }, ...reopened);
}

/** INT-1: up or down at any time, but never below what the policy asks, unless that very rule was approved. */
export function changeInterval(command: ReleaseCommand<'change-interval'>, state: Started): Decision {
  const { batch: id, to } = command;
  const batch = findBatch(state, id);
  if (!batch) return refuse(state.status, 'UNKNOWN_BATCH', `the plan has no batch ${id}`);
  if (!['pending', 'deploying', 'observing', 'held'].includes(batch.state.status)) {
    return refuse(state.status, 'BATCH_DONE', `batch ${id} is ${batch.state.status}; its interval is over`);
  }
  if (isStaging(state, batch.number) && state.traffic?.leaving) {
    return refuse(state.status, 'BATCH_DONE', `batch ${id} has passed and its traffic leaves; its interval is over`);
  }
  const from = batch.state.interval;
  const broken = brokenBy(state, { id, to });
  // A longer interval puts nothing at risk: what it breaks was broken before, where intervals had followed what was seen.
  const known = toMs(to) < toMs(from) ? [] : brokenBy(state, { id, to: from });
  const news = broken.filter(({ rule, batch: at }) => !known.some((old) => old.rule === rule && old.batch === at));
  if (news.length > 0) {
    const why = news.map(({ rule, batch: at, message }) => `${rule}: ${at ?? 'the release'} ${message}`).join('; ');
    // An own rule may as well ask for less time.
    const short = news.every(({ source }) => source !== 'policy');
    return refuse(state.status, 'POLICY', `${to} ${short ? 'is too short' : 'does not go with the policy'}. ${why}`);
  }
  return accept({ type: 'IntervalChanged.v1', data: { batch: id, from, to } });
}

/** What the intervals would break with this one changed, beside what was approved as an exception. */
function brokenBy(state: Started, changed: { id: string; to: string }): Finding[] {
  const approved = exceptionsOf(state);
  const { findings } = judge({
    batches: productionBatches(state.plan).map((planned) => withInterval(state, planned, changed)),
    staging: stagingWithInterval(state, changed),
    spec: state.spec,
    policy: state.policy.spec,
    drivers: state.plan.header.drivers,
  });
  return findings.filter(
    (finding) => isBlocking(finding) && !approved.includes(finding.rule) && !OF_SIZES.includes(finding.rule),
  );
}

/** What no interval changes: a batch that came later may be smaller than those before it. */
const OF_SIZES: readonly string[] = ['BAT-1', 'BAT-2', 'BAT-3', 'BAT-4'];

function withInterval(state: Started, planned: PlannedBatch, changed: { id: string; to: string }): PlannedBatch {
  const interval = planned.id === changed.id ? changed.to : findBatch(state, planned.id)?.state.interval;
  return { ...planned, interval: interval ?? planned.interval };
}

function stagingWithInterval(state: Started, changed: { id: string; to: string }): PlannedStaging | null {
  const { staging } = state.plan;
  if (!staging) return null;
  const { environment, spec, traffic, number } = staging;
  const { units, interval } = withInterval(state, plannedBatch(state.plan, number), changed);
  return { environment, spec, traffic, units, interval };
}

/** RBK-1: one batch on its own, or the whole release; from the end of a good release only the whole, and not for ever. */
export function rollBack(command: ReleaseCommand<'roll-back'>, state: Started): Decision {
  const because = fitText(`${command.actor.id}: ${command.reason ?? 'no reason given'}`);
  return command.batch === undefined
    ? rollBackRelease(command.at, state, because)
    : rollBackBatch(command.batch, state, because);
}

function rollBackRelease(at: string, state: Started, because: string): Decision {
  if (state.status === 'rolling-back' && state.rollback.scope === 'release') {
    return refuse(state.status, 'WRONG_STATE', 'it is on its way back already');
  }
  if (state.status === 'completed' && Date.parse(at) - Date.parse(state.endedAt) > ROLLBACK_AFTER_COMPLETION_MS) {
    return refuse(state.status, 'TOO_LATE', 'it was completed more than 72h ago: release the earlier version instead');
  }
  return accept({ type: 'RollbackStarted.v1', data: { scope: 'release', batch: null, because, evidence: {} } });
}

function rollBackBatch(id: string, state: Started, because: string): Decision {
  const obstacle = whyNotByTheBatch(state);
  if (obstacle) return refuse(state.status, 'WRONG_STATE', obstacle);
  const batch = findBatch(state, id);
  if (!batch) return refuse(state.status, 'UNKNOWN_BATCH', `the plan has no batch ${id}`);
  // Staging is free for other releases once it has been passed; it is never opened again for this one.
  if (isStaging(state, batch.number) && batch.state.status === 'passed') {
    return refuse(state.status, 'BATCH_DONE', 'staging has passed; roll back the release, which takes staging with it');
  }
  if (touchedUnits(state, batch.number).length === 0) {
    return refuse(state.status, 'NOTHING_TO_ROLL_BACK', `batch ${id} has changed no unit that is not back already`);
  }
  return accept({ type: 'RollbackStarted.v1', data: { scope: 'batch', batch: id, because, evidence: {} } });
}

function whyNotByTheBatch(state: Started): string | null {
  if (state.status === 'completed') return 'a completed release is rolled back as a whole, not by the batch';
  if (state.status === 'rolling-back') return 'a rollback is under way; it can be widened to the whole release';
  if (isAborting(state)) return 'it is being aborted; the release as a whole can still be rolled back instead';
  const goesBack = state.status === 'held' && state.hold.cause === 'rollback-failed';
  if (goesBack && state.rollback?.scope === 'release')
    return 'the whole release is to go back; sluice resume tries again what could not be put back';
  return null;
}
