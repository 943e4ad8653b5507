import type { ReleaseCommand } from './commands.js';
import { fitText, type UnitError, type UnitVersion } from './events.js';
import { type FoundBatch, findBatch, findUnit } from './plan-index.js';
import { accept, type Decision, type Refused, refuse } from './refusal.js';
import { retryAt } from './retry.js';
import type { Started, UnitState } from './state.js';
import { frontWave, isTakingUnits, isUnitsTurn, roomFor } from './waves.js';

interface LocatedUnit {
  readonly batch: FoundBatch;
  readonly number: number;
  readonly unit: UnitState;
}

/** The unit of a batch that a command speaks of, or the refusal that there is none. */
export function locate(state: Started, command: { batch: string; unit: string }): LocatedUnit | Refused {
  const batch = findBatch(state, command.batch);
  const unit = batch && findUnit(state, batch.number, command.unit);
  if (batch && unit) return { batch, number: unit.number, unit: unit.state };
  return refuse(state.status, 'UNKNOWN_UNIT', `batch ${command.batch} has no unit ${command.unit}`);
}

/** Writes down that a unit is about to change, and what it ran. Whoever gets this into the log does the work. */
export function beginUnit(command: ReleaseCommand<'begin-unit'>, state: Started): Decision {
  const found = locate(state, command);
  if ('ok' in found) return found;
  if (!hasPlace(state, found) || !isDue(state, found, command.at)) {
    return refuse(state.status, 'NOT_DUE', `unit ${command.unit} is not to be deployed now`);
  }
  const attempt = found.unit.attempt + 1;
  const key = `${state.release}/${command.batch}/${command.unit}/${attempt}`;
  const data = {
    batch: command.batch,
    unit: command.unit,
    attempt,
    key,
    ...inJournal(command),
    before: command.before,
  };
  return accept({ type: 'UnitDeployStarted.v1', data });
}

/** Where the outcome of an effect that begins will be known. */
export function inJournal({ journal }: { readonly journal?: string | undefined }): { journal?: string } {
  return journal === undefined ? {} : { journal };
}

/** A unit that is tried again has kept its place; any other needs room. */
function hasPlace(state: Started, { batch, unit }: LocatedUnit): boolean {
  if (unit.status !== 'retrying') return roomFor(state, batch.state) > 0;
  return batch.state.inFlight.length < state.spec.limits.unitsAtOnce;
}

function isDue(state: Started, { batch, number, unit }: LocatedUnit, at: string): boolean {
  return (
    state.status === 'running' &&
    isTakingUnits(state, batch.number, frontWave(state)) &&
    isUnitsTurn(batch.state, number, unit, Date.parse(at))
  );
}

/** OBS-2: only a unit that is read back as healthy, and in the release's version, counts as deployed. */
export function recordUnitDeployed(command: ReleaseCommand<'record-unit-deployed'>, state: Started): Decision {
  const found = locate(state, command);
  if ('ok' in found) return found;
  const { batch, unit, attempt, before, after, changed } = command;
  if (!isAwaited(state, found, attempt, command.at, !changed)) return stale(state, unit, attempt);
  const wanted = state.spec.version;
  if (after.version !== wanted || !after.healthy) {
    const error = notAsAsked(`${unit} was to run ${wanted} and be healthy`, after);
    return accept(failed(command, state, found, { error, unchanged: false }));
  }
  return accept({ type: 'UnitDeployed.v1', data: { batch, unit, attempt, before, after, changed } });
}

export function recordUnitFailed(command: ReleaseCommand<'record-unit-failed'>, state: Started): Decision {
  const found = locate(state, command);
  if ('ok' in found) return found;
  const { unit, attempt } = command;
  if (!isAwaited(state, found, attempt, command.at, true)) return stale(state, unit, attempt);
  return accept(failed(command, state, found, command));
}

/** What was read back is not what the outcome claims. It may be a matter of time, so it is tried again. */
export function notAsAsked(asked: string, { version, healthy }: UnitVersion): UnitError {
  const found = `${version === null ? 'it runs nothing' : `it runs ${version}`} and is ${healthy ? '' : 'not '}healthy`;
  return { code: 'not-as-asked', message: fitText(`${asked}; read back, ${found}`), retryable: true };
}

/** An effect that was begun has its attempt already; trouble before it could be begun counts as one more. */
function failed(
  { batch, unit, attempt, at }: ReleaseCommand<'record-unit-deployed' | 'record-unit-failed'>,
  state: Started,
  found: LocatedUnit,
  { error, unchanged }: { readonly error: UnitError; readonly unchanged: boolean },
) {
  const more = found.unit.status === 'deploying' ? 0 : 1;
  const goesOn = found.batch.state.status === 'deploying' && state.status !== 'aborted';
  const again = goesOn && error.retryable ? retryAt(at, found.unit.tries + more, state.spec.limits.retries) : null;
  const told = { ...error, message: fitText(error.message) };
  const data = { batch, unit, attempt: attempt + more, error: told, unchanged, retryAt: again };
  return { type: 'UnitDeployFailed.v1', data } as const;
}

/** An outcome counts for the attempt that is under way; one without an effect for a unit whose turn it is. */
function isAwaited(state: Started, found: LocatedUnit, attempt: number, at: string, withoutEffect: boolean): boolean {
  if (attempt !== found.unit.attempt) return false;
  return found.unit.status === 'deploying' || (withoutEffect && isDue(state, found, at));
}

function stale(state: Started, unit: string, attempt: number): Refused {
  return refuse(state.status, 'STALE', `no outcome of attempt ${attempt} on ${unit} is awaited`);
}
