import { isClosed } from '../values/traffic.js';
import type { ReleaseCommand } from './commands.js';
import { fitText } from './events.js';
import { plannedBatch } from './plan-index.js';
import { accept, type Decision, refuse } from './refusal.js';
import { retryAt } from './retry.js';
import { type StagingNow, stagingNow } from './staging.js';
import type { Started } from './state.js';

/** STG-2: the closed loop was tried out before any traffic comes. What could not be tried is tried again. */
export function recordProbe(command: ReleaseCommand<'record-probe'>, state: Started): Decision {
  const staging = stagingNow(state);
  if (staging?.batch.status !== 'observing' || staging.batch.deployedAt !== command.deployedAt)
    return refuse(state.status, 'STALE', 'this deployment of the staging environment is not to be probed any more');
  const { verdict, evidence } = command;
  if (isSettled(staging)) return accept();
  const again = verdict === 'passed' || verdict === 'failed' ? null : probeAgainAt(command.at, staging, state);
  const sentence = fitText(command.sentence);
  const data = { batch: idOf(state, staging), verdict, sentence, evidence, retryAt: again };
  return accept({ type: 'StagingProbed.v1', data });
}

function isSettled({ traffic: { probe } }: StagingNow): boolean {
  return probe?.verdict === 'passed' || probe?.verdict === 'failed';
}

function probeAgainAt(at: string, { traffic }: StagingNow, state: Started): string | null {
  return retryAt(at, traffic.probeTries + 1, state.spec.limits.retries);
}

export function recordTrafficShifted(command: ReleaseCommand<'record-traffic-shifted'>, state: Started): Decision {
  const staging = stagingNow(state);
  if (!staging || !isAwaited(staging, command.shift)) return stale(state, command.shift);
  const { target } = staging.traffic;
  const data = { batch: idOf(state, staging), shift: command.shift, to: target };
  return accept({ type: 'TrafficShifted.v1', data });
}

/** Traffic that is to come in may be given up; traffic that is to leave is never given up. */
export function recordTrafficShiftFailed(
  command: ReleaseCommand<'record-traffic-shift-failed'>,
  state: Started,
): Decision {
  const staging = stagingNow(state);
  const { shift, error, at } = command;
  if (!staging || !isAwaited(staging, shift)) return stale(state, shift);
  const tries = staging.traffic.tries + 1;
  const { retries } = state.spec.limits;
  const leaves = isClosed(staging.traffic.target);
  const again = leaves ? retryAt(at, tries, tries) : error.retryable ? retryAt(at, tries, retries) : null;
  const data = {
    batch: idOf(state, staging),
    shift,
    error: { ...error, message: fitText(error.message) },
    retryAt: again,
  };
  return accept({ type: 'TrafficShiftFailed.v1', data });
}

function isAwaited({ traffic }: StagingNow, shift: number): boolean {
  return traffic.shifting && traffic.shift === shift;
}

function stale(state: Started, shift: number): Decision {
  return refuse(state.status, 'STALE', `change ${shift} of the traffic is not awaited any more`);
}

function idOf(state: Started, { number }: StagingNow): string {
  return plannedBatch(state.plan, number).id;
}
