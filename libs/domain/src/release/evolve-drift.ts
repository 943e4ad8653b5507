import type { PlannedBatch } from '../planning/types.js';
import type { RecordedReleaseEvent } from './events.js';
import { PENDING_UNIT, pendingBatch } from './evolve-planning.js';
import { moveCursor } from './evolve-unit.js';
import { findBatch, indexPlan } from './plan-index.js';
import type { PlanIndex, Started } from './state.js';

type Of<T extends RecordedReleaseEvent['type']> = Extract<RecordedReleaseEvent, { type: T }>;
type DriftEvent = Of<'TopologyDrifted.v1' | 'BatchAdded.v1' | 'UnitsDropped.v1'>;

/** What becomes of a release whose topology changes while it runs. */
export function evolveDrift(state: Started, event: DriftEvent): Started {
  switch (event.type) {
    case 'TopologyDrifted.v1': {
      const { units: _units, ...drift } = event.data;
      return { ...state, drift: { ...drift, at: event.at, waits: drift.handling === 'hold' && !isNothing(drift) } };
    }
    case 'BatchAdded.v1':
      return addBatch(state, event);
    case 'UnitsDropped.v1':
      return dropUnits(state, event);
  }
}

function isNothing({ added, removed }: { readonly added: number; readonly removed: number }): boolean {
  return added === 0 && removed === 0;
}

/** Behind all others; a further part belongs to the batch that came last. Units that the plan has already are left out. */
function addBatch(state: Started, { data }: Of<'BatchAdded.v1'>): Started {
  const { batch: id, part, units: all, ...rest } = data;
  const { plan } = state;
  const units = all.filter((unit) => !plan.unitNumber.has(unit.id));
  const last = plan.batches.at(-1);
  const isMore = part > 1 && last?.id === id;
  if (units.length === 0 || (!isMore && (plan.batchNumber.has(id) || rest.wave <= state.openWave))) return state;
  const added: PlannedBatch = { id, units, ...rest };
  const batches = isMore
    ? [...plan.batches.slice(0, -1), { ...last, units: [...last.units, ...units] }]
    : [...plan.batches, added];
  return {
    ...state,
    plan: replanned(plan, batches),
    batches: isMore ? state.batches : state.batches.and([pendingBatch(added)]),
    units: state.units.and(units.map(() => PENDING_UNIT)),
  };
}

function replanned({ header, staging }: PlanIndex, batches: readonly PlannedBatch[]): PlanIndex {
  return indexPlan(header, batches, staging);
}

/** They count as done with: nothing is ever done to them. */
function dropUnits(state: Started, { data }: Of<'UnitsDropped.v1'>): Started {
  const found = findBatch(state, data.batch);
  if (!found) return state;
  let { units } = state;
  for (const id of data.units) {
    const number = state.plan.unitNumber.get(id);
    if (number === undefined || units.at(number).status !== 'pending' || units.at(number).touched) continue;
    units = units.with(number, { ...units.at(number), status: 'dropped' });
  }
  return { ...state, units, batches: state.batches.with(found.number, moveCursor(found.state, units)) };
}
