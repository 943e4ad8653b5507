import { toMs } from '../../values/duration.js';
import { blocks, forEach, type Rule } from './finding.js';
import { intervalField } from './intervals.js';

/** INT-1: every batch has an interval before the next. */
export const int1: Rule = (facts) => {
  const unobserved = facts.batches.filter((batch) => !(toMs(batch.interval) > 0));
  return forEach(unobserved, (batch) =>
    blocks('INT-1', batch.id, 'is not observed at all before the next', `set ${intervalField(facts, batch)} above 0s`),
  );
};
