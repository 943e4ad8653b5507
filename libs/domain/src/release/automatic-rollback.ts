import type { AutomaticRule } from './automatic-rules.js';
import type { ReleaseEvent } from './events.js';
import { plannedBatch } from './plan-index.js';
import { isShut, isStaging } from './staging.js';
import type { UnitState } from './state.js';
import { isWorkedThrough } from './waves.js';
import { units } from './wording.js';

function countBack(units: Iterable<UnitState>): number {
  let count = 0;
  for (const unit of units) if (unit.status === 'rolled-back') count += 1;
  return count;
}

const finishBatches: AutomaticRule = (state) => {
  const finished: ReleaseEvent[] = [];
  if (state.status !== 'rolling-back') return finished;
  for (const number of state.rollback.batches) {
    const batch = state.batches.at(number);
    if (!isWorkedThrough(batch) || batch.failed > 0 || (isStaging(state, number) && !isShut(state))) continue;
    const back = countBack(batch.queue.map((unit) => state.units.at(unit)));
    const { id } = plannedBatch(state.plan, number);
    const reason = `what ran before was read back from ${units(back)} of ${id}`;
    finished.push({ type: 'BatchRolledBack.v1', data: { batch: id, units: back }, rule: 'RBK-2', reason });
  }
  return finished;
};

/** The end of a rollback: the release is back, or one batch is and the rest waits, or somebody has to help. */
const finishRollback: AutomaticRule = (state) => {
  if (state.status !== 'rolling-back') return [];
  const { batches, scope, batch } = state.rollback;
  if (!isShut(state) || !batches.every((number) => isWorkedThrough(state.batches.at(number)))) return [];
  const stuck = batches.reduce((sum, number) => sum + state.batches.at(number).failed, 0);
  if (stuck > 0) {
    const sentence = `${units(stuck)} could not be put back; sluice resume tries ${stuck === 1 ? 'it' : 'them'} again`;
    const data = { cause: 'rollback-failed', sentence, batch } as const;
    return [{ type: 'ReleaseHeld.v1', data, rule: 'RBK-2', reason: sentence }];
  }
  if (scope === 'batch') {
    const sentence = `batch ${batch} is rolled back; sluice resume deploys it again`;
    const data = { cause: 'batch-rolled-back', sentence, batch } as const;
    return [{ type: 'ReleaseHeld.v1', data, rule: 'RBK-1', reason: sentence }];
  }
  const reason = 'every unit that was changed runs again what it ran before';
  return [{ type: 'ReleaseRolledBack.v1', data: { units: countBack(state.units) }, rule: 'RBK-2', reason }];
};

/** What happens by itself on the way back. */
export const ROLLBACK_RULES: readonly AutomaticRule[] = [finishBatches, finishRollback];
