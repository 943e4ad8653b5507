import type { PlanFacts } from '../facts.js';
import { releasePatch } from '../patches/release-patch.js';
import { narrowerFirst, smallerFirst } from '../patches/steps.js';
import type { Finding, PlannedBatch } from '../types.js';
import { blocks, count, placed, type Rule } from './finding.js';
import { shrinking } from './shrinking.js';

/**
 * BAT-3: the first batch has the smallest scope, and within a cluster no batch is smaller than the one before it. The
 * size of a batch is the number of units that it changes, not how many have changed by then.
 */
export const bat3: Rule = (facts) => [...wideStart(facts), ...notSmallest(facts), ...shrinking(facts)];

const FIRST_STAGE = ['spec', 'rollout', 0] as const;
const FIRST_STEP = [...FIRST_STAGE, 'batches', 0] as const;

/** What changes first is as little as the policy wants. Batches side by side in the first wave count together. */
function wideStart(facts: PlanFacts): Finding[] {
  const { waves, spec, policy } = facts;
  const first = waves[0]?.batches ?? [];
  const units = first.reduce((sum, batch) => sum + batch.units.length, 0);
  const { maxUnits, severity } = policy.firstBatch;
  if (units <= maxUnits) return [];
  const [only, ...others] = first;
  const isWide = others.length > 0;
  const what = isWide
    ? `the first wave changes ${units} units in ${first.length} clusters`
    : `the first batch changes ${units} units`;
  const finding: Finding = {
    rule: 'BAT-3',
    severity,
    batch: isWide ? null : (only?.id ?? null),
    message: `${what}; the policy wants at most ${maxUnits} to go first`,
    remedy: isWide
      ? 'begin with a stage of one cluster, or with order: serial, and with batches: [1, …]'
      : `begin the batches of the first stage with ${maxUnits}`,
  };
  const candidates = isWide ? narrowerFirst(facts, maxUnits) : smallerFirst(spec, maxUnits);
  const patch = releasePatch(facts, candidates, (after) => wideStart(after).length === 0);
  return [placed(finding, { path: isWide ? [...FIRST_STAGE, widthField(facts)] : FIRST_STEP, patch })];
}

function widthField({ spec }: PlanFacts): string {
  return spec.rollout[0]?.maxParallel === undefined ? 'order' : 'maxParallel';
}

/** No batch that comes later is smaller than one that goes first. */
function notSmallest(facts: PlanFacts): Finding[] {
  const [first, ...later] = facts.waves;
  const largest = extreme(first?.batches ?? [], (a, b) => a > b);
  const smallest = extreme(
    later.flatMap((wave) => wave.batches),
    (a, b) => a < b,
  );
  if (!largest || !smallest || largest.units.length <= smallest.units.length) return [];
  const least = smallest.units.length;
  const message = `goes first with ${count(largest.units.length, 'unit')}, but ${smallest.id} has only ${least}`;
  const finding = blocks('BAT-3', largest.id, message, `begin the batches of the first stage with ${least} or less`);
  const patch = releasePatch(facts, smallerFirst(facts.spec, least), (after) => notSmallest(after).length === 0);
  return [placed(finding, { path: FIRST_STEP, patch })];
}

function extreme(batches: readonly PlannedBatch[], beats: (a: number, b: number) => boolean): PlannedBatch | undefined {
  const [one, ...others] = batches;
  return others.reduce((best, batch) => (best && beats(batch.units.length, best.units.length) ? batch : best), one);
}
