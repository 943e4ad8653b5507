import { toMs } from '../../values/duration.js';
import type { PlanFacts } from '../facts.js';
import { type Candidate, releasePatch } from '../patches/release-patch.js';
import { blocks, placed, type Rule } from './finding.js';
import { makingRoom } from './intervals.js';

const DEFAULT = ['spec', 'interval', 'default'] as const;

/** INT-5: intervals that follow what is observed begin with one that is within their own bounds. */
export const int5: Rule = (facts) => {
  const { default: usual, adaptive } = facts.spec.interval;
  if (!adaptive) return [];
  const isShort = toMs(usual) < toMs(adaptive.min);
  if (!isShort && toMs(usual) <= toMs(adaptive.max)) return [];
  const [bound, name] = isShort ? [adaptive.min, 'min'] : [adaptive.max, 'max'];
  const message = `adapts intervals from ${adaptive.min} to ${adaptive.max}, but begins with ${usual}`;
  const remedy = `set interval.default to ${bound}, or interval.adaptive.${name} to ${usual}`;
  const patch = releasePatch(facts, withinBounds(facts, bound), (after) => int5(after).length === 0);
  return [placed(blocks('INT-5', null, message, remedy), { path: DEFAULT, patch })];
};

/** Another beginning; where that would break another rule, a wider bound. */
function* withinBounds({ spec }: PlanFacts, bound: string): Generator<Candidate> {
  yield { spec: { ...spec, interval: { ...spec.interval, default: bound } } };
  yield { spec: { ...spec, interval: makingRoom(spec.interval) } };
}
