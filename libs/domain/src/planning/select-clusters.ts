import type { Flaw } from '../documents/flaw.js';
import { fewHints } from '../documents/nearest.js';
import { formatPath, type Path } from '../documents/path.js';
import type { ClusterSelector, Stage } from '../documents/release.js';
import { type IndexedCluster, isWithin, leavesOf, type TopologyIndex } from './index-topology.js';

/** A stage with the clusters that it takes, in the order in which it takes them. */
export interface ResolvedStage {
  readonly stage: Stage;
  readonly clusters: readonly IndexedCluster[];
}

/**
 * Finds the clusters of each stage, without those that it leaves out. Flaws, with paths into the release: names that the
 * topology does not have, selectors that match nothing, a stage of which nothing is left, a cluster that is taken twice.
 */
export function resolveStages(
  rollout: readonly Stage[],
  index: TopologyIndex,
): { stages: ResolvedStage[]; flaws: Flaw[] } {
  const resolution = new Resolution(index);
  const stages = rollout.map((stage, i) => ({ stage, clusters: resolution.take(stage, ['spec', 'rollout', i]) }));
  return { stages, flaws: resolution.flaws };
}

interface Meant {
  readonly cluster: IndexedCluster;
  readonly path: Path;
}

class Resolution {
  readonly flaws: Flaw[] = [];
  readonly #takenAt = new Map<IndexedCluster, Path>();
  readonly #index: TopologyIndex;
  readonly #hint: (name: string) => string;

  constructor(index: TopologyIndex) {
    this.#index = index;
    this.#hint = fewHints(index.clusters);
  }

  take({ clusters, exclude }: Stage, stage: Path): IndexedCluster[] {
    const found = this.#resolve(clusters, [...stage, 'clusters']);
    if (exclude === undefined) return this.#claim(found);
    const path = [...stage, 'exclude'];
    const out = new Set(this.#resolve(exclude, path).map(({ cluster }) => cluster));
    const left = found.filter(({ cluster }) => !out.has(cluster));
    if (found.length > 0 && left.length === 0)
      this.flaws.push({ path, message: 'leaves out everything that the stage takes' });
    return this.#claim(left);
  }

  /** The leaves that are meant, each with where it is named. */
  #resolve(clusters: Stage['clusters'], path: Path): Meant[] {
    if (!Array.isArray(clusters)) return this.#select(clusters, path).map((cluster) => ({ cluster, path }));
    return clusters.flatMap((name, i) => this.#named(name, [...path, i]));
  }

  #named(name: string, path: Path): Meant[] {
    const outer = this.#find(name, path);
    return outer ? leavesOf(this.#index, outer).map((cluster) => ({ cluster, path })) : [];
  }

  #select(selector: ClusterSelector, path: Path): IndexedCluster[] {
    const outer = selector.in === undefined ? undefined : this.#find(selector.in, [...path, 'in']);
    if (selector.in !== undefined && !outer) return [];
    const matching = [...this.#index.clusters.values()].filter((cluster) => matches(cluster, selector, outer));
    if (matching.length === 0) this.flaws.push({ path, message: 'matches no cluster of the topology' });
    return [...new Set(matching.flatMap((cluster) => leavesOf(this.#index, cluster)))];
  }

  #find(name: string, path: Path): IndexedCluster | undefined {
    const cluster = this.#index.clusters.get(name);
    if (cluster) return cluster;
    this.flaws.push({ path, message: `the topology has no cluster ${name}${this.#hint(name)}` });
    return undefined;
  }

  #claim(meant: readonly Meant[]): IndexedCluster[] {
    return meant.flatMap(({ cluster, path }) => {
      const earlier = this.#takenAt.get(cluster);
      if (earlier)
        this.flaws.push({ path, message: `takes cluster ${cluster.name}, which ${formatPath(earlier)} takes already` });
      else this.#takenAt.set(cluster, path);
      return earlier ? [] : [cluster];
    });
  }
}

/** Whether a cluster is what a selector says. `outer` is the cluster that `in` names. */
export function matches(
  cluster: IndexedCluster,
  selector: ClusterSelector,
  outer: IndexedCluster | undefined,
): boolean {
  if (selector.kind !== undefined && cluster.kind !== selector.kind) return false;
  if (outer && !isWithin(cluster, outer)) return false;
  return Object.entries(selector.labels ?? {}).every(([label, value]) => cluster.labels[label] === value);
}
