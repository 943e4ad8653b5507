import type { Drivers } from '../documents/topology.js';
import type { PlannedBatch } from '../planning/types.js';
import type { BatchState, Draft, PlanHeader, PlanIndex, Started, UnitState } from './state.js';

/** Numbers the batches and units of a plan, by their places in it, and makes them findable by id. */
export function indexPlan(
  header: PlanHeader,
  batches: readonly PlannedBatch[],
  staging: Draft['staging'] = null,
): PlanIndex {
  const firstUnit: number[] = [];
  const batchNumber = new Map<string, number>();
  const unitNumber = new Map<string, number>();
  const waves: number[][] = [[]];
  let units = 0;
  for (const [number, batch] of batches.entries()) {
    firstUnit.push(units);
    batchNumber.set(batch.id, number);
    for (const [place, unit] of batch.units.entries()) unitNumber.set(unit.id, units + place);
    units += batch.units.length;
    while (waves.length <= batch.wave) waves.push([]);
    waves[batch.wave]?.push(number);
  }
  const number = waves[0]?.[0];
  const begins = staging && number !== undefined ? { ...staging, number } : null;
  const clusters = new Set(batches.filter(({ wave }) => wave > 0).map(({ cluster }) => cluster));
  return { header, staging: begins, batches, firstUnit, batchNumber, unitNumber, clusters, waves };
}

/** The batches of production, without that of staging. */
export function productionBatches(plan: PlanIndex): readonly PlannedBatch[] {
  return plan.staging ? plan.batches.filter((_, number) => number !== plan.staging?.number) : plan.batches;
}

/** How the units of a batch are reached. */
export function driversOf(plan: PlanIndex, batch: string): Drivers {
  const own = plan.batchNumber.get(batch) === plan.staging?.number ? plan.staging?.spec.drivers : undefined;
  return own ?? plan.header.drivers;
}

/** How many units the plan has. */
export function countUnits(plan: PlanIndex): number {
  return plan.batches.reduce((sum, batch) => sum + batch.units.length, 0);
}

/** The numbers of a batch's units, in the order of the plan. */
export function unitsOf(plan: PlanIndex, batch: number): number[] {
  const first = plan.firstUnit[batch] ?? 0;
  return (plan.batches[batch]?.units ?? []).map((_, i) => first + i);
}

/** The plan's batch of this number. @throws RangeError when there is none: a broken invariant. */
export function plannedBatch(plan: PlanIndex, batch: number): PlannedBatch {
  const planned = plan.batches[batch];
  if (!planned) throw new RangeError(`the plan has no batch ${batch}`);
  return planned;
}

/** The unit of this number, as the plan has it, in the batch that it belongs to. */
export function plannedUnit(plan: PlanIndex, batch: number, unit: number): PlannedBatch['units'][number] {
  const planned = plannedBatch(plan, batch).units[unit - (plan.firstUnit[batch] ?? 0)];
  if (!planned) throw new RangeError(`batch ${batch} has no unit ${unit}`);
  return planned;
}

/** A batch of a started release by its id. */
export interface FoundBatch {
  readonly number: number;
  readonly planned: PlannedBatch;
  readonly state: BatchState;
}

export function findBatch(state: Started, id: string): FoundBatch | null {
  const number = state.plan.batchNumber.get(id);
  if (number === undefined) return null;
  return { number, planned: plannedBatch(state.plan, number), state: state.batches.at(number) };
}

/** A unit of a batch by both their ids; null when the batch does not have it. */
export function findUnit(state: Started, batch: number, id: string): { number: number; state: UnitState } | null {
  const number = state.plan.unitNumber.get(id);
  const first = state.plan.firstUnit[batch] ?? 0;
  if (number === undefined || number < first || number >= first + plannedBatch(state.plan, batch).units.length)
    return null;
  return { number, state: state.units.at(number) };
}

/** A unit that somebody speaks of without its batch; null when the plan does not have it. */
export function locateUnit(state: Started, id: string): { batch: FoundBatch; number: number; unit: UnitState } | null {
  const number = state.plan.unitNumber.get(id);
  if (number === undefined) return null;
  const { firstUnit } = state.plan;
  let batch = 0;
  while ((firstUnit[batch + 1] ?? Number.POSITIVE_INFINITY) <= number) batch += 1;
  const planned = plannedBatch(state.plan, batch);
  return { batch: { number: batch, planned, state: state.batches.at(batch) }, number, unit: state.units.at(number) };
}

/** The numbers of a batch's units that this release has changed and not put back. */
export function touchedUnits(state: Started, batch: number): number[] {
  return unitsOf(state.plan, batch).filter((unit) => state.units.at(unit).touched);
}
