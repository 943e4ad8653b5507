import type { Labels } from '../documents/metadata.js';
import type { Cluster, Topology, Unit } from '../documents/topology.js';

/** A cluster with its place in the tree. */
export interface IndexedCluster {
  readonly name: string;
  readonly kind: string;
  readonly labels: Labels;
  /** Undefined for a cluster of the top level. */
  readonly parent: IndexedCluster | undefined;
  /** Its own units, without those of the clusters within. */
  readonly units: readonly Unit[];
  /** Its leaves are a stretch of the topology's: from `firstLeaf` to just before `endLeaf`. */
  readonly firstLeaf: number;
  readonly endLeaf: number;
}

/** A topology made ready for look-ups. */
export interface TopologyIndex {
  /** Every cluster, in document order. */
  readonly clusters: ReadonlyMap<string, IndexedCluster>;
  /** The clusters that have units of their own, in document order: what batches are made of. */
  readonly leaves: readonly IndexedCluster[];
}

/**
 * Walks the tree once. A cluster with units and clusters is a leaf by its own name, before the leaves within it. The
 * names have to be unique, as the schema of a topology makes sure.
 */
export function indexTopology(topology: Topology): TopologyIndex {
  const clusters = new Map<string, IndexedCluster>();
  const leaves: IndexedCluster[] = [];

  const visit = (cluster: Cluster, parent: IndexedCluster | undefined): void => {
    const { name, kind, labels = {}, units = [] } = cluster;
    const indexed = { name, kind, labels, parent, units, firstLeaf: leaves.length, endLeaf: leaves.length };
    clusters.set(name, indexed);
    if (units.length > 0) leaves.push(indexed);
    for (const inner of cluster.clusters ?? []) visit(inner, indexed);
    indexed.endLeaf = leaves.length;
  };

  for (const cluster of topology.spec.clusters) visit(cluster, undefined);
  return { clusters, leaves };
}

/** The clusters with units of their own in a cluster, itself first when it has some, in document order. */
export function leavesOf(index: TopologyIndex, cluster: IndexedCluster): readonly IndexedCluster[] {
  return index.leaves.slice(cluster.firstLeaf, cluster.endLeaf);
}

/** True for the cluster itself and for every cluster around it. */
export function isWithin(cluster: IndexedCluster, outer: IndexedCluster): boolean {
  for (let at: IndexedCluster | undefined = cluster; at; at = at.parent) if (at === outer) return true;
  return false;
}
