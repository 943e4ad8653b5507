import { bat1 } from './bat-1.js';
import { bat2 } from './bat-2.js';
import { blocks, type Rule } from './finding.js';

/** BAT-4: what cannot be phased is escalated to a higher level of approval. */
export const bat4: Rule = (facts) => {
  if (bat1(facts).length === 0 && bat2(facts).length === 0) return [];
  const { exception } = facts.policy.approvals;
  const message = `is not phased; such a release needs the approval of level ${exception}`;
  return [blocks('BAT-4', null, message, `phase it, or have it approved by ${exception} with the reason why not`)];
};
