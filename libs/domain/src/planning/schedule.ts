import type { Unit } from '../documents/topology.js';
import { cumulativeSizes } from './batch-sizes.js';
import type { IndexedCluster } from './index-topology.js';
import type { ResolvedStage } from './select-clusters.js';

/** A batch with its place in the order of things, before anything is known of its interval. */
export interface ScheduledBatch {
  readonly id: string;
  readonly wave: number;
  readonly cluster: string;
  readonly units: readonly Unit[];
}

/**
 * Puts the batches of all stages into waves. One group of clusters after another, and within a group side by side: wave
 * k of a group holds the k-th batch of each of its clusters. Serial is groups of one.
 */
export function schedule(stages: readonly ResolvedStage[]): ScheduledBatch[] {
  const scheduled: ScheduledBatch[] = [];
  let wave = 0;
  for (const { stage, clusters } of stages) {
    const sizesOf = remembering((size) => cumulativeSizes(stage.batches, size));
    const width = stage.order === 'serial' ? 1 : (stage.maxParallel ?? clusters.length);
    for (let first = 0; first < clusters.length; first += width) {
      const group = clusters.slice(first, first + width).map((cluster) => batchesOf(cluster, sizesOf));
      const length = group.reduce((longest, batches) => Math.max(longest, batches.length), 0);
      for (let k = 0; k < length; k++) {
        wave += 1;
        for (const batch of group.flatMap((batches) => batches[k] ?? [])) scheduled.push({ ...batch, wave });
      }
    }
  }
  return scheduled;
}

function batchesOf(cluster: IndexedCluster, sizesOf: (size: number) => readonly number[]) {
  let from = 0;
  return sizesOf(cluster.units.length).map((to, i) => {
    const units = cluster.units.slice(from, to);
    from = to;
    return { id: `${cluster.name}.${i + 1}`, cluster: cluster.name, units };
  });
}

/** Clusters of the same size have the same sizes of batches; a stage has many of them. */
function remembering(sizesOf: (size: number) => readonly number[]): (size: number) => readonly number[] {
  const known = new Map<number, readonly number[]>();
  return (size) => {
    const sizes = known.get(size) ?? sizesOf(size);
    known.set(size, sizes);
    return sizes;
  };
}
