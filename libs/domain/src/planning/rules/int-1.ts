import { toMs } from '../../values/duration.js';
import { blocks, forEach, type Rule } from './finding.js';
import { intervalField } from './intervals.js';

/** INT-1: every batch has an interval before the next, and so has the staging environment. */
export const int1: Rule = (facts) => [
  ...(facts.staging && isNothing(facts.staging.interval)
    ? [blocks('INT-1', 'staging', 'is not observed at all before production', 'set staging.observe above 0s')]
    : []),
  ...forEach(
    facts.batches.filter((batch) => isNothing(batch.interval)),
    (batch) =>
      blocks(
        'INT-1',
        batch.id,
        'is not observed at all before the next',
        `set ${intervalField(facts, batch)} above 0s`,
      ),
  ),
];

function isNothing(interval: string): boolean {
  return !(toMs(interval) > 0);
}
