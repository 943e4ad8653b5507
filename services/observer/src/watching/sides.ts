import { findBatch, isStaging, type Started, type Unit, unitsOf } from '#domain';

/** More units than these tell nothing more about the rest. */
const MOST_CONTROL = 300;

/** Who is compared with whom. */
export interface WatchedUnits {
  /** The batch's units that run the new version. */
  readonly changed: readonly Unit[];
  /**
   * Units of the same cluster that this release has not touched; for staging, those of production. None when the batch
   * is the cluster's last.
   */
  readonly control: readonly Unit[];
}

export function watchedUnits(state: Started, batch: string): WatchedUnits {
  const found = findBatch(state, batch);
  if (!found) return { changed: [], control: [] };
  const { cluster, units } = found.planned;
  const numbers = unitsOf(state.plan, found.number);
  const changed = units.filter((_, i) => state.units.at(numbers[i] as number).status === 'deployed');
  const isControl = isStaging(state, found.number)
    ? (_cluster: string, number: number) => number !== found.number
    : (other: string, number: number) => other === cluster && !isStaging(state, number);
  return { changed, control: thinOut(untouchedOf(state, isControl)) };
}

function untouchedOf(state: Started, isMeant: (cluster: string, number: number) => boolean): Unit[] {
  return state.plan.batches.flatMap((planned, number) => {
    if (!isMeant(planned.cluster, number)) return [];
    const numbers = unitsOf(state.plan, number);
    return planned.units.filter((_, i) => {
      const unit = state.units.at(numbers[i] as number);
      return unit.status === 'pending' && !unit.touched;
    });
  });
}

/** Evenly spread, and always the same ones. */
function thinOut(units: readonly Unit[]): Unit[] {
  if (units.length <= MOST_CONTROL) return [...units];
  return Array.from({ length: MOST_CONTROL }, (_, i) => units[Math.floor((i * units.length) / MOST_CONTROL)] as Unit);
}

/** The batch of the same cluster that came before this one; null for the first. */
export function batchBefore(state: Started, batch: string): string | null {
  const found = findBatch(state, batch);
  if (!found || isStaging(state, found.number)) return null;
  const earlier = state.plan.batches.filter((_, number) => number < found.number && !isStaging(state, number));
  return earlier.filter((other) => other.cluster === found.planned.cluster).at(-1)?.id ?? null;
}
