import type { ReleaseCommand } from './commands.js';
import { inJournal, locate, notAsAsked } from './decide-unit.js';
import { fitText, type ReleaseEvent, type UnitError } from './events.js';
import { accept, type Decision, type Refused, refuse } from './refusal.js';
import { retryAt } from './retry.js';
import type { Started, UnitState } from './state.js';
import { isUnitsTurn, rollbackFront, roomFor } from './waves.js';

/** Writes down that a unit is about to be put back to what the log says it ran. */
export function beginUnitRollback(command: ReleaseCommand<'begin-unit-rollback'>, state: Started): Decision {
  const found = locate(state, command);
  if ('ok' in found) return found;
  const { batch, number, unit } = found;
  const due =
    roomFor(state, batch.state) > 0 &&
    isUnitsTurn(batch.state, number, unit, Date.parse(command.at)) &&
    rollbackFront(state).includes(batch.number);
  if (!due) return refuse(state.status, 'NOT_DUE', `unit ${command.unit} is not to be rolled back now`);
  const attempt = unit.rollbackAttempt + 1;
  const key = `${state.release}/${command.batch}/${command.unit}/rollback-${attempt}`;
  const to = unit.before?.version ?? null;
  const data = {
    batch: command.batch,
    unit: command.unit,
    attempt,
    key,
    ...inJournal(command),
    from: command.from,
    to,
  };
  return accept({ type: 'UnitRollbackStarted.v1', data });
}

/** RBK-2: only a unit that is read back as running what the log says it ran before has been put back. */
export function recordUnitRolledBack(command: ReleaseCommand<'record-unit-rolled-back'>, state: Started): Decision {
  const found = awaited(command, state);
  if ('ok' in found) return found;
  const { batch, unit, attempt, from, to } = command;
  const wanted = found.before?.version ?? null;
  if (to.version !== wanted) {
    return accept(failed(command, state, found, notAsAsked(`${unit} was to run ${wanted ?? 'nothing'} again`, to)));
  }
  return accept({ type: 'UnitRolledBack.v1', data: { batch, unit, attempt, from, to } });
}

export function recordUnitRollbackFailed(
  command: ReleaseCommand<'record-unit-rollback-failed'>,
  state: Started,
): Decision {
  const found = awaited(command, state);
  return 'ok' in found ? found : accept(failed(command, state, found, command.error));
}

function failed(
  { batch, unit, attempt, at }: ReleaseCommand<'record-unit-rolled-back' | 'record-unit-rollback-failed'>,
  state: Started,
  { tries }: UnitState,
  error: UnitError,
): ReleaseEvent {
  const goesOn = state.status === 'rolling-back';
  const again = goesOn && error.retryable ? retryAt(at, tries, state.spec.limits.retries) : null;
  const told = { ...error, message: fitText(error.message) };
  return { type: 'UnitRollbackFailed.v1', data: { batch, unit, attempt, error: told, retryAt: again } };
}

/** The unit whose rollback is under way as this attempt, or the refusal that none is. */
function awaited(command: { batch: string; unit: string; attempt: number }, state: Started): UnitState | Refused {
  const found = locate(state, command);
  if ('ok' in found) return found;
  const { batch, number, unit } = found;
  const underWay = batch.state.inFlight.includes(number) && unit.status === 'rolling-back';
  if (underWay && unit.rollbackAttempt === command.attempt) return unit;
  return refuse(state.status, 'STALE', `no outcome of rollback ${command.attempt} on ${command.unit} is awaited`);
}
