import type { Path } from '../../documents/path.js';
import { stepsTaken } from '../batch-sizes.js';
import type { Origin, PlanFacts } from '../facts.js';
import { growing, growingIn, type Shrinking } from '../patches/growing.js';
import { releasePatch } from '../patches/release-patch.js';
import type { Finding, Patch, PlannedBatch } from '../types.js';
import { blocks, count, forEach, once, placed } from './finding.js';

/** A batch with the one before it in its cluster, which is larger. */
interface Shrunk extends PlannedBatch {
  readonly before: PlannedBatch;
}

/** BAT-3: no batch of a cluster is smaller than the one before it. */
export function shrinking(facts: PlanFacts): Finding[] {
  const broken = shrunk(facts);
  if (broken.length === 0) return [];
  const placeOf = facts.origin ? placesIn(facts.origin, broken) : () => undefined;
  // What helps one cluster of a stage has to help them all, so that a stage has one patch.
  const patchFor = once((stage) => {
    const first = broken.map(placeOf).find((place) => place?.stage === Number(stage));
    return first && patchOf(facts, first);
  });
  return forEach(
    broken,
    (batch) => {
      const { id, units, before } = batch;
      const message = `adds ${count(units.length, 'unit')} after ${before.id} added ${before.units.length}; batches of a cluster may not shrink`;
      const half = Math.floor((units.length + before.units.length) / 2);
      const finding = blocks('BAT-3', id, message, `let ${before.id} add ${count(half, 'unit')} at most`);
      const place = placeOf(batch);
      return placed(finding, place ? { path: stepPath(facts, place), patch: patchFor(String(place.stage)) } : ROLLOUT);
    },
    () => {
      const stages = new Set(broken.flatMap((batch) => placeOf(batch)?.stage ?? []));
      const patch = releasePatch(facts, growingIn(facts.spec, stages), (after) => shrunk(after).length === 0);
      return { ...ROLLOUT, patch };
    },
  );
}

const ROLLOUT = { path: ['spec', 'rollout'] } as const;

function shrunk({ waves }: PlanFacts): Shrunk[] {
  const before = new Map<string, PlannedBatch>();
  const broken: Shrunk[] = [];
  for (const batch of waves.flatMap((wave) => wave.batches)) {
    const earlier = before.get(batch.cluster);
    if (earlier && batch.units.length < earlier.units.length) broken.push({ ...batch, before: earlier });
    before.set(batch.cluster, batch);
  }
  return broken;
}

/** Where in the rollout a batch comes from. */
function placesIn({ stages }: Origin, broken: readonly Shrunk[]): (batch: Shrunk) => Shrinking | undefined {
  const wanted = new Set(broken.map(({ cluster }) => cluster));
  const known = new Map<string, Omit<Shrinking, 'number'>>();
  for (const [stage, { clusters }] of stages.entries())
    for (const { name, units } of clusters) if (wanted.has(name)) known.set(name, { stage, clusterSize: units.length });
  return ({ id, cluster }) => {
    const place = known.get(cluster);
    return place && { ...place, number: Number(id.slice(cluster.length + 1)) };
  };
}

function stepPath({ spec }: PlanFacts, { stage, clusterSize, number }: Shrinking): Path {
  const steps = stepsTaken(spec.rollout[stage]?.batches ?? [], clusterSize);
  return ['spec', 'rollout', stage, 'batches', steps[number - 1] ?? 0];
}

function patchOf(facts: PlanFacts, first: Shrinking): Patch | undefined {
  const clusters = new Set(facts.origin?.stages[first.stage]?.clusters.map(({ name }) => name));
  return releasePatch(
    facts,
    growing(facts.spec, first),
    (after) => !shrunk(after).some(({ cluster }) => clusters.has(cluster)),
  );
}
