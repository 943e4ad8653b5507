import { DRIFT_RULE } from '../planning/rule-ids.js';
import type { AutomaticRule } from './automatic-rules.js';
import { heldForDrift } from './decide-drift.js';
import type { ReleaseEvent } from './events.js';
import { plannedBatch } from './plan-index.js';
import { isAborting } from './staging.js';
import type { BatchState } from './state.js';
import { isWorkedThrough } from './waves.js';

/** A batch of which every unit was gone before it was begun has nothing to show. */
const passWithNothing: AutomaticRule = (state) => {
  if ((state.status !== 'running' && state.status !== 'held') || isAborting(state)) return [];
  return state.active.flatMap((number): ReleaseEvent[] => {
    if (!hasNothing(state.batches.at(number))) return [];
    const { id } = plannedBatch(state.plan, number);
    const reason = `no unit of ${id} is left in the topology`;
    return [{ type: 'BatchPassed.v1', data: { batch: id }, rule: DRIFT_RULE, reason }];
  });
};

function hasNothing(batch: BatchState): boolean {
  return batch.status === 'deploying' && batch.deployed === 0 && batch.failed === 0 && isWorkedThrough(batch);
}

/** What was found while it was held for something else holds it before anything more begins, or it is complete. */
const holdForDrift: AutomaticRule = (state) => {
  const { drift } = state;
  return state.status === 'running' && state.active.length === 0 && drift?.waits ? [heldForDrift(drift)] : [];
};

/** What comes by itself of a topology that has changed while a release runs. */
export const DRIFT_RULES: readonly AutomaticRule[] = [passWithNothing, holdForDrift];
