import type { BatchSize, ReleaseSpec } from '../../documents/release.js';
import { cumulativeSizes } from '../batch-sizes.js';
import type { PlanFacts } from '../facts.js';
import type { ResolvedStage } from '../select-clusters.js';
import type { Candidate } from './release-patch.js';
import { countingTo, serially, withStage, withSteps } from './steps.js';

/** A rollout may have a thousand; one that could do it alone is usually found at once. */
const STAGES_TRIED = 3;

/** At least so many batches: units that go before the steps of one stage one by one, or before those of all stages. */
export function* moreBatches({ spec, origin, batches }: PlanFacts, least: number): Generator<Candidate> {
  const stages = origin?.stages ?? [];
  let alone = 0;
  for (const [i, stage] of stages.entries()) {
    if (alone === STAGES_TRIED) break;
    const others = batches.length - countBatches(stage, stage.stage.batches);
    const few = fewest(least, (units) => others + countBatches(stage, countingTo(units, stage.stage.batches)));
    if (few === null) continue;
    alone += 1;
    yield { spec: withSteps(spec, i, countingTo(few, stage.stage.batches)) };
  }
  for (const stepsOf of [(units: number, steps: readonly BatchSize[]) => countingTo(units, steps), onlyUnits]) {
    const few = fewest(least, (units) =>
      stages.reduce((sum, stage) => sum + countBatches(stage, stepsOf(units, stage.stage.batches)), 0),
    );
    if (few !== null) yield { spec: everywhere(spec, (steps) => stepsOf(few, steps)) };
  }
}

/** More than one wave: a unit of each cluster first, or one cluster after another. */
export function* moreWaves({ spec }: PlanFacts): Generator<Candidate> {
  yield { spec: everywhere(spec, (steps) => countingTo(1, steps)) };
  yield { spec: withStage(spec, 0, serially) };
}

function everywhere(spec: ReleaseSpec, change: (steps: readonly BatchSize[]) => BatchSize[]): ReleaseSpec {
  return { ...spec, rollout: spec.rollout.map((stage) => ({ ...stage, batches: change(stage.batches) })) };
}

function onlyUnits(units: number): BatchSize[] {
  return countingTo(units, ['100%']);
}

function countBatches({ clusters }: ResolvedStage, steps: readonly BatchSize[]): number {
  const known = new Map<number, number>();
  return clusters.reduce((sum, { units: { length: size } }) => {
    const batches = known.get(size) ?? cumulativeSizes(steps, size).length;
    known.set(size, batches);
    return sum + batches;
  }, 0);
}

/** The fewest units that give at least so many batches; null when even as many units as batches do not. */
function fewest(least: number, batchesWith: (units: number) => number): number | null {
  let [low, high] = [1, least - 1];
  if (high < 1 || batchesWith(high) < least) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (batchesWith(middle) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
