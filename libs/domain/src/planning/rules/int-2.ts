import { formatDuration } from '../../values/duration.js';
import { releasePatch } from '../patches/release-patch.js';
import { blocks, placed, type Rule } from './finding.js';
import { askedFor, lengthening, longerIntervals, withIntervals } from './intervals.js';

/** INT-2: the release runs for at least so long in all, from the start of its first batch to its completion. */
export const int2: Rule = (facts) => {
  const wanted = askedFor(facts.policy.total, facts);
  if (facts.duration >= wanted) return [];
  const lasts = formatDuration(facts.duration);
  const message = `runs for ${lasts} in all, ${facts.spec.risk} risk asks for at least ${formatDuration(wanted)}`;
  const setting = lengthening(facts, wanted);
  const longer = [{ spec: withIntervals(facts.spec, [setting]) }];
  const patch = releasePatch(facts, longer, (after) => int2(after).length === 0);
  return [placed(blocks('INT-2', null, message, longerIntervals(facts, wanted)), { path: setting.path, patch })];
};
