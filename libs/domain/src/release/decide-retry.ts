import type { ReleaseCommand } from './commands.js';
import type { ReleaseEvent } from './events.js';
import { type FoundBatch, locateUnit } from './plan-index.js';
import { accept, type Decision, refuse } from './refusal.js';
import { isAborting, isStaging } from './staging.js';
import type { BatchState, Started } from './state.js';

const RETRIABLE: readonly BatchState['status'][] = ['deploying', 'observing', 'held', 'failed'];

/**
 * Tries a unit again that failed for good: its deployment, or on the way back that it is put back. Its batch begins its
 * observation anew, so that a retry shortens nothing. What a validator has found to be bad is not made good by it.
 */
export function retryUnit({ unit: id }: ReleaseCommand<'retry-unit'>, state: Started): Decision {
  const found = locateUnit(state, id);
  if (!found) return refuse(state.status, 'UNKNOWN_UNIT', `the plan has no unit ${id}`);
  if (isAborting(state)) return refuse(state.status, 'WRONG_STATE', 'it is being aborted; nothing is begun any more');
  const { batch, unit } = found;
  const retried: ReleaseEvent = { type: 'UnitRetried.v1', data: { batch: batch.planned.id, unit: id } };
  if (unit.status === 'not-rolled-back') return putBackAgain(state, id, retried);
  if (unit.status !== 'failed') {
    return refuse(
      state.status,
      'NOT_DUE',
      `unit ${id} is ${unit.status}; only one that has failed for good is retried`,
    );
  }
  const why = whyNot(state, batch);
  if (why) return why;
  return isFreedBy(state, batch) ? accept(RESUMED, retried) : accept(retried);
}

const RESUMED: ReleaseEvent = { type: 'ReleaseResumed.v1', data: {} };

/** Of a rollback that could not be brought to its end only this unit goes on; the others wait for their own retry. */
function putBackAgain(state: Started, unit: string, retried: ReleaseEvent): Decision {
  if (state.status !== 'held' || state.hold.cause !== 'rollback-failed' || !state.rollback) {
    const sentence = `unit ${unit} could not be put back; it is retried once the rollback has come to rest`;
    return refuse(state.status, 'NOT_DUE', sentence);
  }
  const { scope, batch, because, evidence } = state.rollback;
  return accept(retried, { type: 'RollbackStarted.v1', data: { scope, batch, because, evidence, only: unit } });
}

function whyNot(state: Started, { number, planned: { id }, state: batch }: FoundBatch): Decision | null {
  if (batch.status === 'failed' && batch.failure?.cause === 'verdict') {
    const way = `sluice rollback ${state.release} --batch ${id}, or abort`;
    return refuse(state.status, 'BATCH_FAILED', `batch ${id} has failed: ${batch.failure.sentence}. Instead: ${way}`);
  }
  const isOver = !state.active.includes(number) || !RETRIABLE.includes(batch.status);
  if (isOver) return refuse(state.status, 'NOT_DUE', `batch ${id} is ${batch.status}; its units are not deployed now`);
  if (!isStaging(state, number) || !state.traffic?.leaving) return null;
  return refuse(state.status, 'NOT_DUE', `batch ${id} has passed and its traffic leaves; its units stay as they are`);
}

/** Whether the batch that this unit is in is all that the release is held for, and goes on with one failure less. */
function isFreedBy(state: Started, { number, state: { failed } }: FoundBatch): boolean {
  if (state.status !== 'held' || state.hold.cause !== 'failed') return false;
  if (failed - 1 > state.spec.limits.failedUnits) return false;
  return state.active.every((other) => other === number || !STUCK.includes(state.batches.at(other).status));
}

const STUCK: readonly BatchState['status'][] = ['failed', 'rolled-back'];
