import type { PlanFacts } from '../facts.js';
import type { Finding, PlannedBatch } from '../types.js';
import { blocks, count, forEach, type Rule } from './finding.js';

/**
 * BAT-3: the first batch has the smallest scope, and within a cluster no batch is smaller than the one before it. The
 * size of a batch is the number of units that it changes, not how many have changed by then.
 */
export const bat3: Rule = (facts) => [...wideStart(facts), ...notSmallest(facts), ...shrinking(facts)];

/** What changes first is as little as the policy wants. Batches side by side in the first wave count together. */
function wideStart({ waves, policy }: PlanFacts): Finding[] {
  const first = waves[0]?.batches ?? [];
  const units = first.reduce((sum, batch) => sum + batch.units.length, 0);
  const { maxUnits, severity } = policy.firstBatch;
  if (units <= maxUnits) return [];
  const [only, ...others] = first;
  const what = others.length > 0 ? `the first wave changes ${units} units in ${first.length} clusters` : undefined;
  return [
    {
      rule: 'BAT-3',
      severity,
      batch: others.length > 0 ? null : (only?.id ?? null),
      message: `${what ?? `the first batch changes ${units} units`}; the policy wants at most ${maxUnits} to go first`,
      remedy:
        others.length > 0
          ? 'begin with a stage of one cluster, or with order: serial, and with batches: [1, …]'
          : `begin the batches of the first stage with ${maxUnits}`,
    },
  ];
}

/** No batch that comes later is smaller than one that goes first. */
function notSmallest({ waves }: PlanFacts): Finding[] {
  const [first, ...later] = waves;
  const largest = extreme(first?.batches ?? [], (a, b) => a > b);
  const smallest = extreme(
    later.flatMap((wave) => wave.batches),
    (a, b) => a < b,
  );
  if (!largest || !smallest || largest.units.length <= smallest.units.length) return [];
  const message = `goes first with ${count(largest.units.length, 'unit')}, but ${smallest.id} has only ${smallest.units.length}`;
  const remedy = `begin the batches of the first stage with ${smallest.units.length} or less`;
  return [blocks('BAT-3', largest.id, message, remedy)];
}

function shrinking({ waves }: PlanFacts): Finding[] {
  const before = new Map<string, PlannedBatch>();
  const broken: (PlannedBatch & { before: PlannedBatch })[] = [];
  for (const batch of waves.flatMap((wave) => wave.batches)) {
    const earlier = before.get(batch.cluster);
    if (earlier && batch.units.length < earlier.units.length) broken.push({ ...batch, before: earlier });
    before.set(batch.cluster, batch);
  }
  return forEach(broken, ({ id, units, before: { id: earlier, units: more } }) => {
    const message = `adds ${count(units.length, 'unit')} after ${earlier} added ${more.length}; batches of a cluster may not shrink`;
    const half = Math.floor((units.length + more.length) / 2);
    return blocks('BAT-3', id, message, `let ${earlier} add ${count(half, 'unit')} at most`);
  });
}

function extreme(batches: readonly PlannedBatch[], beats: (a: number, b: number) => boolean): PlannedBatch | undefined {
  const [one, ...others] = batches;
  return others.reduce((best, batch) => (best && beats(batch.units.length, best.units.length) ? batch : best), one);
}
