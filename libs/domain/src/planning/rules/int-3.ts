import { formatDuration } from '../../values/duration.js';
import { releasePatch } from '../patches/release-patch.js';
import { blocks, placed, type Rule } from './finding.js';
import { askedFor, lengthening, longerIntervals, withIntervals } from './intervals.js';

/** INT-3: the total observation, summed over the waves, is at least so long. */
export const int3: Rule = (facts) => {
  const wanted = askedFor(facts.policy.observe, facts);
  if (facts.observation >= wanted) return [];
  const observed = formatDuration(facts.observation);
  const message = `is observed for ${observed} in all, ${facts.spec.risk} risk asks for at least ${formatDuration(wanted)}`;
  const setting = lengthening(facts, wanted);
  const longer = [{ spec: withIntervals(facts.spec, [setting]) }];
  const patch = releasePatch(facts, longer, (after) => int3(after).length === 0);
  return [placed(blocks('INT-3', null, message, longerIntervals(facts, wanted)), { path: setting.path, patch })];
};
