import type { Validator } from '../documents/validators.js';
import type { ReleaseCommand } from './commands.js';
import { fitText, type ReleaseEvent } from './events.js';
import { findBatch } from './plan-index.js';
import { accept, type Decision, refuse } from './refusal.js';
import { validatorsOf } from './staging.js';
import type { BatchState, Started } from './state.js';

function isObserved(batch: BatchState): boolean {
  return batch.status === 'observing' || batch.status === 'held';
}

/** OBS-4: the second look is taken by somebody who neither submitted nor started the release. */
export function confirm(command: ReleaseCommand<'confirm'>, state: Started): Decision {
  const { actor, batch: id, seen } = command;
  const batch = findBatch(state, id);
  if (!batch) return refuse(state.status, 'UNKNOWN_BATCH', `the plan has no batch ${id}`);
  if (!isObserved(batch.state)) {
    return refuse(
      state.status,
      'NOT_OBSERVED',
      `batch ${id} is ${batch.state.status}; it can be confirmed while it is observed`,
    );
  }
  if (actor.id === state.author || actor.id === state.startedBy) {
    const did = actor.id === state.author ? 'submitted' : 'started';
    return refuse(
      state.status,
      'SELF_CONFIRMATION',
      `${actor.id} ${did} this release; somebody else has to confirm it`,
    );
  }
  if (batch.state.confirmations.some((confirmation) => confirmation.actor === actor.id)) {
    return refuse(state.status, 'ALREADY_CONFIRMED', `${actor.id} has confirmed batch ${id} already`);
  }
  const confirmations = state.spec.validate.filter((validator) => validator.confirm);
  if (confirmations.length === 0) {
    return refuse(state.status, 'UNKNOWN_VALIDATOR', 'this release asks for no confirmation by a person');
  }
  const counting = confirmations.filter((validator) => actor.roles?.includes(validator.confirm?.role ?? ''));
  if (counting.length === 0) {
    const roles = confirmations.map((validator) => validator.confirm?.role).join(' or ');
    return refuse(state.status, 'ROLE_MISSING', `a confirmation of this release needs the role ${roles}`);
  }
  const validators = counting.map((validator) => validator.name);
  const data = { batch: id, validators, seen: fitText(seen) };
  const given: ReleaseEvent = { type: 'ConfirmationGiven.v1', data };
  const reached = counting.flatMap((validator) => confirmed(validator, batch.state, id, actor.id, seen));
  return accept(given, ...reached);
}

/** The verdict that this confirmation completes, if it is the last one that was missing. */
function confirmed(validator: Validator, batch: BatchState, id: string, actor: string, seen: string): ReleaseEvent[] {
  const before = batch.confirmations.filter((confirmation) => confirmation.validators.includes(validator.name));
  const people = [...before.map((confirmation) => confirmation.actor), actor];
  if (people.length !== (validator.confirm?.people ?? 1)) return [];
  const sentence = fitText(`${people.join(' and ')} confirmed ${id}: ${seen}`);
  const data = { batch: id, validator: validator.name, verdict: 'passed', sentence, evidence: { people } } as const;
  return [{ type: 'VerdictReached.v1', data }];
}

function isJudgedByItself(state: Started, batch: number, validator: string): boolean {
  if (!validatorsOf(state, batch).includes(validator)) return false;
  return !state.spec.validate.some(({ name, confirm }) => name === validator && confirm);
}

/** What was found to be bad stays bad for as long as this deployment of the batch lasts; the same again is no news. */
export function recordVerdict(command: ReleaseCommand<'record-verdict'>, state: Started): Decision {
  const { batch: id, validator, verdict, evidence } = command;
  const batch = findBatch(state, id);
  if (!batch) return refuse(state.status, 'UNKNOWN_BATCH', `the plan has no batch ${id}`);
  if (!isJudgedByItself(state, batch.number, validator)) {
    return refuse(
      state.status,
      'UNKNOWN_VALIDATOR',
      `the release has no validator ${validator} that is judged by itself`,
    );
  }
  if (!isObserved(batch.state)) return refuse(state.status, 'NOT_OBSERVED', `batch ${id} is ${batch.state.status}`);
  if (batch.state.deployedAt !== command.deployedAt) {
    return refuse(state.status, 'STALE', `batch ${id} was deployed again since this was observed`);
  }
  const known = batch.state.verdicts.get(validator)?.verdict;
  if (known === verdict || known === 'failed') return accept();
  const sentence = fitText(command.sentence);
  return accept({ type: 'VerdictReached.v1', data: { batch: id, validator, verdict, sentence, evidence } });
}
