import { bat1 } from './bat-1.js';
import { bat2, phased } from './bat-2.js';
import { blocks, placed, type Rule } from './finding.js';
import { batchesPath, beyondPhasing } from './phasing.js';

/** BAT-4: what cannot be phased is escalated to a higher level of approval. */
export const bat4: Rule = (facts) => {
  const bare = { ...facts, origin: undefined };
  if (bat1(bare).length === 0 && bat2(bare).length === 0) return [];
  const { approvals, minBatches } = facts.policy;
  const { exception } = approvals;
  const message = `is not phased; such a release needs the approval of level ${exception}`;
  const remedy =
    beyondPhasing(facts, minBatches) ?? `phase it, or have it approved by ${exception} with the reason why not`;
  return [placed(blocks('BAT-4', null, message, remedy), { path: batchesPath(facts), patch: phased(facts, bat4) })];
};
