import type { RecordedReleaseEvent } from './events.js';
import { unobserved } from './evolve-batch.js';
import { unprobed } from './evolve-traffic.js';
import { moveCursor } from './evolve-unit.js';
import { findBatch, findUnit } from './plan-index.js';
import { isStaging } from './staging.js';
import type { BatchState, Started } from './state.js';

type Retried = Extract<RecordedReleaseEvent, { type: 'UnitRetried.v1' }>;

/**
 * The unit waits for its turn again, with fresh attempts: to be deployed, or to be put back when its batch was turned
 * round. A batch that can be brought to its end now is deployed further, and observed anew.
 */
export function retryUnit(state: Started, { data }: Retried): Started {
  const found = findBatch(state, data.batch);
  const unit = found && findUnit(state, found.number, data.unit);
  if (!found || !unit) return state;
  const { number } = found;
  const goesBack = found.state.status === 'rolling-back';
  const status = goesBack ? 'deployed' : 'pending';
  const units = state.units.with(unit.number, { ...unit.state, status, tries: 0, retryAt: null });
  const queued = queuedAgain(found.state, unit.number);
  if (goesBack) return { ...state, units, batches: state.batches.with(number, moveCursor(queued, units)) };
  if (queued.failed > state.spec.limits.failedUnits)
    return { ...state, units, batches: state.batches.with(number, queued) };
  const batch: BatchState = moveCursor({ ...unobserved(queued), status: 'deploying' }, units);
  const traffic = state.traffic && isStaging(state, number) ? unprobed(state.traffic) : state.traffic;
  return { ...state, units, batches: state.batches.with(number, batch), traffic };
}

function queuedAgain(batch: BatchState, unit: number): BatchState {
  const place = batch.queue.indexOf(unit);
  const failed = Math.max(0, batch.failed - 1);
  if (place < 0) return { ...batch, queue: [...batch.queue, unit], failed };
  return { ...batch, cursor: Math.min(batch.cursor, place), failed };
}
