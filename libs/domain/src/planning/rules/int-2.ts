import { formatDuration } from '../../values/duration.js';
import { blocks, type Rule } from './finding.js';
import { askedFor, longerIntervals } from './intervals.js';

/** INT-2: the release runs for at least so long in all, from the start of its first batch to its completion. */
export const int2: Rule = (facts) => {
  const wanted = askedFor(facts.policy.total, facts);
  if (facts.duration >= wanted) return [];
  const lasts = formatDuration(facts.duration);
  const message = `runs for ${lasts} in all, ${facts.spec.risk} risk asks for at least ${formatDuration(wanted)}`;
  return [blocks('INT-2', null, message, longerIntervals(facts, wanted))];
};
