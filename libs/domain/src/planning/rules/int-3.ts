import { formatDuration } from '../../values/duration.js';
import { blocks, type Rule } from './finding.js';
import { askedFor, longerIntervals } from './intervals.js';

/** INT-3: the total observation, summed over the waves, is at least so long. */
export const int3: Rule = (facts) => {
  const wanted = askedFor(facts.policy.observe, facts);
  if (facts.observation >= wanted) return [];
  const observed = formatDuration(facts.observation);
  const message = `is observed for ${observed} in all, ${facts.spec.risk} risk asks for at least ${formatDuration(wanted)}`;
  return [blocks('INT-3', null, message, longerIntervals(facts, wanted))];
};
