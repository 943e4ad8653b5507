import { moreBatches } from '../patches/more-batches.js';
import { releasePatch } from '../patches/release-patch.js';
import { blocks, placed, type Rule } from './finding.js';
import { batchesPath, beyondPhasing } from './phasing.js';

const MESSAGE = 'everything changes in one batch of one cluster: none of the three batching methods is used';

/** BAT-1: at least one of the three batching methods is used. */
export const bat1: Rule = (facts) => {
  if (facts.methods.length > 0) return [];
  const remedy = beyondPhasing(facts, 2) ?? 'give the cluster several batches, such as batches: [1, 10%, 50%, 100%]';
  const patch = releasePatch(facts, moreBatches(facts, 2), (after) => bat1(after).length === 0);
  return [placed(blocks('BAT-1', null, MESSAGE, remedy), { path: batchesPath(facts), patch })];
};
