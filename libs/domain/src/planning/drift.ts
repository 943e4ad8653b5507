import type { Stage } from '../documents/release.js';
import type { Topology, Unit } from '../documents/topology.js';
import { indexTopology } from './index-topology.js';
import { resolveStages } from './select-clusters.js';
import type { PlannedBatch } from './types.js';

/** Units of one cluster that a plan does not have. */
export interface NewUnits {
  readonly cluster: string;
  readonly units: readonly Unit[];
}

/** How a topology differs from a plan that was made over an earlier version of it. */
export interface Drift {
  /** Units that the plan's release would take today and the plan does not have, in the order in which it would take them. */
  readonly added: readonly NewUnits[];
  /** Ids of units of the plan that the release would not take today. */
  readonly removed: readonly string[];
  /** All that the release would take today: the same again is no news. */
  readonly taken: readonly string[];
}

/**
 * Compares what the rollout's stages take in a newer version of their topology with what was planned. Names and
 * selectors that find nothing there any more take nothing; a unit that is reached in another way is the same unit.
 *
 * @param batches those of production
 */
export function driftOf(rollout: readonly Stage[], batches: readonly PlannedBatch[], topology: Topology): Drift {
  const { stages } = resolveStages(rollout, indexTopology(topology));
  const planned = new Set(batches.flatMap(({ units }) => units.map(({ id }) => id)));
  const taken = new Set<string>();
  const added: NewUnits[] = [];
  for (const { name, units } of stages.flatMap(({ clusters }) => clusters)) {
    for (const { id } of units) taken.add(id);
    const more = units.filter(({ id }) => !planned.has(id));
    if (more.length > 0) added.push({ cluster: name, units: more });
  }
  return { added, removed: [...planned].filter((id) => !taken.has(id)), taken: [...taken] };
}
