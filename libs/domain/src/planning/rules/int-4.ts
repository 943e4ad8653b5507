import { formatDuration, toMs } from '../../values/duration.js';
import { blocks, forEach, type Rule } from './finding.js';
import { askedFor, intervalField } from './intervals.js';

/** INT-4: the first batch (every batch of the first wave) is observed for at least so long before the second opens. */
export const int4: Rule = (facts) => {
  const wanted = askedFor(facts.policy.first, facts);
  const least = formatDuration(wanted);
  const hasty = (facts.waves[0]?.batches ?? []).filter((batch) => toMs(batch.interval) < wanted);
  return forEach(hasty, (batch) => {
    const field = intervalField(facts, batch).replace('interval.default', 'interval.first');
    const message = `goes first and is observed for ${batch.interval}, ${facts.spec.risk} risk asks for at least ${least}`;
    return blocks('INT-4', batch.id, message, `set ${field} to ${least} or more`);
  });
};
