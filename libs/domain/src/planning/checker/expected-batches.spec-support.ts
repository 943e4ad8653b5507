import type { ClusterSelector, Release, Stage } from '../../documents/release.js';
import type { Cluster, Topology, Unit } from '../../documents/topology.js';

// Written from docs of the interface and the requirement, and not from the planner: slow, plain, and on its own.

/** A batch as the documents ask for it. */
export interface ExpectedBatch {
  readonly id: string;
  readonly wave: number;
  readonly cluster: string;
  readonly units: readonly Unit[];
  /** Milliseconds. */
  readonly interval: number;
}

/** A cluster with units of its own, and all that is around it: itself first. */
interface Leaf {
  readonly name: string;
  readonly units: readonly Unit[];
  readonly around: readonly Cluster[];
}

/** What a release comes to, or that it cannot be planned. */
export function expectedBatches({ spec }: Release, topology: Topology): readonly ExpectedBatch[] | 'refused' {
  const leaves = topology.spec.clusters.flatMap((cluster) => leavesIn(cluster, []));
  const stages = spec.rollout.map((stage) => ({ stage, taken: takenBy(stage, topology, leaves) }));
  const taken = stages.flatMap((stage) => (stage.taken === 'refused' ? [] : stage.taken));
  if (stages.some((stage) => stage.taken === 'refused') || new Set(taken).size < taken.length) return 'refused';

  const batches: Omit<ExpectedBatch, 'interval'>[] = [];
  let wave = 0;
  for (const { stage, taken: clusters } of stages) {
    if (clusters === 'refused') return 'refused';
    const last = stage.batches.at(-1);
    if (clusters.some(({ units }) => typeof last === 'number' && last < units.length)) return 'refused';
    const atOnce = stage.order === 'serial' ? 1 : (stage.maxParallel ?? clusters.length);
    let waiting = clusters;
    while (waiting.length > 0) {
      const group = waiting
        .slice(0, atOnce)
        .map((leaf) => ({ leaf, sizes: sizesOf(stage.batches, leaf.units.length) }));
      waiting = waiting.slice(atOnce);
      const rounds = Math.max(...group.map(({ sizes }) => sizes.length));
      for (let round = 0; round < rounds; round++) {
        wave += 1;
        for (const { leaf, sizes } of group) {
          const to = sizes[round];
          if (to === undefined) continue;
          const units = leaf.units.slice(sizes[round - 1] ?? 0, to);
          batches.push({ id: `${leaf.name}.${round + 1}`, wave, cluster: leaf.name, units });
        }
      }
    }
  }

  const { interval } = spec;
  if (Object.keys(interval.batches ?? {}).some((id) => !batches.some((batch) => batch.id === id))) return 'refused';
  return batches.map((batch) => {
    const first = batch.wave === 1 ? interval.first : undefined;
    return { ...batch, interval: milliseconds(interval.batches?.[batch.id] ?? first ?? interval.default) };
  });
}

function leavesIn(cluster: Cluster, outside: readonly Cluster[]): Leaf[] {
  const around = [cluster, ...outside];
  const own = cluster.units?.length ? [{ name: cluster.name, units: cluster.units, around }] : [];
  return [...own, ...(cluster.clusters ?? []).flatMap((inner) => leavesIn(inner, around))];
}

function takenBy({ clusters, exclude }: Stage, topology: Topology, leaves: readonly Leaf[]): Leaf[] | 'refused' {
  const all = meant(clusters, topology, leaves);
  const out = exclude === undefined ? [] : meant(exclude, topology, leaves);
  if (all === 'refused' || out === 'refused') return 'refused';
  const left = all.filter((leaf) => !out.includes(leaf));
  return left.length > 0 ? left : 'refused';
}

/** The leaves of named clusters as often as they are named, or of those that a selector fits once each. */
function meant(asked: Stage['clusters'], topology: Topology, leaves: readonly Leaf[]): Leaf[] | 'refused' {
  const there = clustersIn(topology.spec.clusters);
  if (Array.isArray(asked)) {
    if (asked.some((name) => !there.some((cluster) => cluster.name === name))) return 'refused';
    return asked.flatMap((name) => leaves.filter(({ around }) => around.some((cluster) => cluster.name === name)));
  }
  const within = asked.in;
  if (within !== undefined && !there.some(({ name }) => name === within)) return 'refused';
  const inside = there.filter(
    (cluster) => within === undefined || clustersIn(there.filter(({ name }) => name === within)).includes(cluster),
  );
  const fitting = inside.filter((cluster) => fits(cluster, asked));
  if (fitting.length === 0) return 'refused';
  return leaves.filter(({ around }) => around.some((cluster) => fitting.includes(cluster)));
}

function clustersIn(clusters: readonly Cluster[]): Cluster[] {
  return clusters.flatMap((cluster) => [cluster, ...clustersIn(cluster.clusters ?? [])]);
}

function fits(cluster: Cluster, { kind, labels }: ClusterSelector): boolean {
  const wanted = Object.entries(labels ?? {});
  return (
    (kind === undefined || cluster.kind === kind) && wanted.every(([name, value]) => cluster.labels?.[name] === value)
  );
}

/**
 * How many units of a cluster have changed after each batch. Shares are rounded down, to one unit at least; steps that
 * add nothing are left out. Where only rounding makes a batch smaller than the one before, sizes are as large as they can
 * be without that, the early ones first, as long as no number has to give way.
 */
export function sizesOf(steps: Stage['batches'], size: number): number[] {
  const written: number[] = [];
  const numbers = new Set<number>();
  for (const step of steps) {
    const to = typeof step === 'number' ? Math.min(step, size) : Math.max(1, Math.floor(exactShare(step) * size));
    if (to <= (written.at(-1) ?? 0)) continue;
    if (typeof step === 'number') numbers.add(written.length);
    written.push(to);
  }
  const shares = steps.flatMap((step) => (typeof step === 'string' ? [exactShare(step) * 1_000_000] : []));
  if (grows(written) || !grows(shares.map(Math.round))) return written;
  const evened = largestGrowing(written, 0, 0);
  return evened?.every((to, i) => !numbers.has(i) || to === written[i]) ? evened : written;
}

/** Every way to stay within the limits without shrinking, the largest early sizes first, until one goes through. */
function largestGrowing(limits: readonly number[], before: number, atLeast: number): number[] | undefined {
  const [limit, ...later] = limits;
  if (limit === undefined) return [];
  for (let to = limit; to - before >= Math.max(1, atLeast); to--) {
    const rest = largestGrowing(later, to, to - before);
    if (rest) return [to, ...rest];
  }
  return undefined;
}

function grows(sizes: readonly number[]): boolean {
  const added = sizes.map((to, i) => to - (sizes[i - 1] ?? 0));
  return added.every((units, i) => units >= (added[i - 1] ?? 0));
}

/** A share as a fraction. Shares have four decimals at most; a hair more than the fraction undoes what floats lose. */
function exactShare(share: string): number {
  return Number(share.replace('%', '')) / 100 + 1e-12;
}

/** `1h30m` and the like. */
export function milliseconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
  const parts = [...duration.matchAll(/(\d+)(ms|d|h|m|s)/g)];
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? Number.NaN), 0);
}
