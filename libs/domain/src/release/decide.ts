import { advance } from './advance.js';
import { ALLOWED, type ReleaseCommand, type ReleaseOrderType } from './commands.js';
import { approve, reject, withdraw } from './decide-approval.js';
import { reportDrift } from './decide-drift.js';
import { confirm, recordVerdict } from './decide-observation.js';
import { abort, changeInterval, pause, resume, rollBack, start } from './decide-operation.js';
import { retryUnit } from './decide-retry.js';
import { recordProbe, recordTrafficShifted, recordTrafficShiftFailed } from './decide-staging.js';
import { finishPlan, submit } from './decide-submission.js';
import { beginUnit, recordUnitDeployed, recordUnitFailed } from './decide-unit.js';
import { beginUnitRollback, recordUnitRollbackFailed, recordUnitRolledBack } from './decide-unit-rollback.js';
import { type Decision, refuse } from './refusal.js';
import { isPlanned, isStarted, type Planned, type ReleaseState, type Started, type Submitted } from './state.js';
import type { ReleaseStatus } from './status.js';

/**
 * What a command comes to in this state: events, or a refusal that says why. Pure: the same command in the same
 * state is decided the same way, now and in an audit ten years on.
 */
export function decide(command: ReleaseCommand, state: ReleaseState): Decision {
  if (!ALLOWED[command.type].includes(state.status)) return wrongState(command.type, state.status);
  switch (command.type) {
    case 'submit':
      return submit(command);
    case 'finish-plan':
      return isBeingPlanned(state) ? finishPlan(command, state) : wrongState(command.type, state.status);
    case 'approve':
    case 'reject':
    case 'withdraw':
    case 'start':
      return isPlanned(state) && !isStarted(state)
        ? decidePlanned(command, state as Planned)
        : wrongState(command.type, state.status);
    default:
      return isStarted(state) ? decideStarted(command, state) : wrongState(command.type, state.status);
  }
}

function isBeingPlanned(state: ReleaseState): state is Submitted | Planned {
  return state.status === 'submitted' || state.status === 'planned';
}

function decidePlanned(command: ReleaseCommand<'approve' | 'reject' | 'withdraw' | 'start'>, state: Planned): Decision {
  switch (command.type) {
    case 'approve':
      return approve(command, state);
    case 'reject':
      return reject(command, state);
    case 'withdraw':
      return withdraw();
    case 'start':
      return start(command, state);
  }
}

type AfterStart = Exclude<ReleaseOrderType, 'submit' | 'finish-plan' | 'approve' | 'reject' | 'withdraw' | 'start'>;

function decideStarted(command: ReleaseCommand<AfterStart>, state: Started): Decision {
  switch (command.type) {
    case 'pause':
      return pause(command, state);
    case 'resume':
      return resume(state);
    case 'abort':
      return abort(command, state);
    case 'change-interval':
      return changeInterval(command, state);
    case 'confirm':
      return confirm(command, state);
    case 'retry-unit':
      return retryUnit(command, state);
    case 'roll-back':
      return rollBack(command, state);
    case 'begin-unit':
      return beginUnit(command, state);
    case 'record-unit-deployed':
      return recordUnitDeployed(command, state);
    case 'record-unit-failed':
      return recordUnitFailed(command, state);
    case 'begin-unit-rollback':
      return beginUnitRollback(command, state);
    case 'record-unit-rolled-back':
      return recordUnitRolledBack(command, state);
    case 'record-unit-rollback-failed':
      return recordUnitRollbackFailed(command, state);
    case 'record-verdict':
      return recordVerdict(command, state);
    case 'record-probe':
      return recordProbe(command, state);
    case 'record-traffic-shifted':
      return recordTrafficShifted(command, state);
    case 'record-traffic-shift-failed':
      return recordTrafficShiftFailed(command, state);
    case 'report-drift':
      return reportDrift(command, state);
    case 'advance':
      return { ok: true, events: advance(state, command) };
  }
}

const INSTEAD: Partial<Record<ReleaseOrderType, Partial<Record<ReleaseStatus, string>>>> = {
  start: {
    planned: 'it waits for an approval: sluice approve',
    escalated: 'it waits for an approval of a higher level: sluice approve',
    running: 'it runs already',
  },
  abort: { ready: 'it has not started: sluice withdraw', planned: 'it has not started: sluice withdraw' },
  withdraw: {
    running: 'it has started: sluice abort or sluice rollback',
    held: 'it has started: sluice abort or sluice rollback',
  },
  'roll-back': { aborted: 'an aborted release stays as it is: release the earlier version instead' },
  resume: { running: 'it runs already' },
};

function wrongState(type: ReleaseOrderType, status: ReleaseStatus): Decision {
  if (status === 'absent') return refuse(status, 'UNKNOWN_RELEASE', 'there is no such release');
  if (type === 'submit') return refuse(status, 'ALREADY_SUBMITTED', 'a release of this id exists already');
  const hint = INSTEAD[type]?.[status];
  return refuse(
    status,
    'WRONG_STATE',
    `a release that is ${status} cannot be asked to ${type}${hint ? `; ${hint}` : ''}`,
  );
}
