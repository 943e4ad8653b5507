import type { PlanFacts } from '../facts.js';
import { moreBatches, moreWaves } from '../patches/more-batches.js';
import { releasePatch } from '../patches/release-patch.js';
import type { Patch } from '../types.js';
import { blocks, count, placed, type Rule } from './finding.js';
import { batchesPath, beyondPhasing } from './phasing.js';

/** BAT-2: at least so many batches as the policy asks for, and not all of them at once. */
export const bat2: Rule = (facts) => {
  const { batches, waves, policy } = facts;
  const place = () => ({ path: batchesPath(facts), patch: phased(facts, bat2) });
  if (batches.length < policy.minBatches) {
    const message = `has ${count(batches.length, 'batch')}, the policy asks for at least ${policy.minBatches}`;
    const more = 'add steps to the batches of a stage, such as [1, 10%, 50%, 100%]';
    return [placed(blocks('BAT-2', null, message, beyondPhasing(facts, policy.minBatches) ?? more), place())];
  }
  if (waves.length === 1) {
    const message = `all ${batches.length} batches run in one wave: everything changes at once`;
    const remedy = 'add steps to the batches, or set order: serial or a smaller maxParallel';
    return [placed(blocks('BAT-2', null, message, remedy), place())];
  }
  return [];
};

/** A change of the release that gives it as many batches as are asked for, in more than one wave. */
export function phased(facts: PlanFacts, rule: Rule): Patch | undefined {
  const { batches, policy } = facts;
  const candidates = batches.length < policy.minBatches ? moreBatches(facts, policy.minBatches) : moreWaves(facts);
  return releasePatch(facts, candidates, (after) => rule(after).length === 0);
}
