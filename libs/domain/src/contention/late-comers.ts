import { plannedBatch } from '../release/plan-index.js';
import type { PlanIndex, Started } from '../release/state.js';
import type { Conflict } from './conflict.js';

/** A release that was started and has not ended, and where in the log that was. */
export interface Rival {
  readonly state: Started;
  readonly startedAt: number;
}

/**
 * A unit that came to the release while it ran, is next to be deployed, and belongs to another release; null when there is
 * none. Where two took the same one in at the same moment, the one that was started first has it.
 */
export function lateComerTaken(own: Rival, others: readonly Rival[]): Conflict | null {
  for (const unit of nextLateComers(own.state)) {
    const holder = others.find((other) => holds(other, own, unit));
    if (!holder) continue;
    const what = `unit ${unit}, which came later, belongs to release ${holder.state.release}, which has not ended yet`;
    return { code: 'UNITS_TAKEN', by: [holder.state.release], what, until: 'wait for its end' };
  }
  return null;
}

function nextLateComers({ plan, openWave }: Started): string[] {
  const late = (plan.waves[openWave + 1] ?? []).filter((number) => isLate(plan, number));
  return late.flatMap((number) => plannedBatch(plan, number).units.map(({ id }) => id));
}

/** Whether a batch was added after the plan was made: those come behind all that were planned. */
function isLate({ header, staging }: PlanIndex, number: number): boolean {
  return number >= header.batches + (staging ? 1 : 0);
}

function holds({ state, startedAt }: Rival, own: Rival, unit: string): boolean {
  const number = state.plan.unitNumber.get(unit);
  if (number === undefined) return false;
  if (startedAt < own.startedAt || state.units.at(number).status !== 'pending') return true;
  const batch = state.plan.batches.findIndex(({ units }) => units.some(({ id }) => id === unit));
  return !isLate(state.plan, batch);
}
