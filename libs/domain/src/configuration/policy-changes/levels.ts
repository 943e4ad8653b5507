import { levelAbove, levelsFrom } from '../../approval/levels.js';
import type { PolicySpec } from '../../documents/policy.js';
import { type Compare, change, type PolicyChange } from './change.js';
import { without } from './lists.js';

type Use = keyof PolicySpec['approvals'];
const USES: readonly Use[] = ['standard', 'high', 'core', 'exception'];

const what = (use: Use): string => (use === 'exception' ? 'an exception' : `${use} risk`);

/**
 * Which levels are enough. That they are others is looser as soon as one of them was not enough before, whatever it is
 * called and wherever it stands now: that it means no less than another one cannot be known.
 */
function effectOf(old: readonly string[], now: readonly string[]): PolicyChange['effect'] | null {
  if (without(now, old).length > 0) return 'looser';
  return without(old, now).length > 0 ? 'tighter' : null;
}

function approval(use: Use): Compare {
  return (from, to) => {
    const [old, now] = [from.approvals[use], to.approvals[use]];
    const effect = effectOf(levelsFrom(from, old), levelsFrom(to, now));
    if (old === now || effect === null) return [];
    return [change(['approvals', use], [old, now], effect, `${what(use)} is approved by ${now} instead of ${old}`)];
  };
}

/** The order of levels, as far as it decides who may approve what, and who may make a policy looser. */
const levels: Compare = (from, to) => {
  const lists = [from.levels.join(', '), to.levels.join(', ')] as const;
  if (lists[0] === lists[1]) return [];
  const approvals = USES.filter((use) => from.approvals[use] === to.approvals[use]).map((use) => ({
    of: what(use),
    old: levelsFrom(from, from.approvals[use]),
    now: levelsFrom(to, to.approvals[use]),
  }));
  const policies = {
    of: 'a looser policy',
    old: levelsFrom(from, levelAbove(from)),
    now: levelsFrom(to, levelAbove(to)),
  };
  return [...approvals, policies].flatMap(({ of, old, now }) => {
    const effect = effectOf(old, now);
    const words = `${of} is approved by ${now.join(', ')} instead of ${old.join(', ')}`;
    return effect === null ? [] : [change(['levels'], lists, effect, words)];
  });
};

/** The fields that say which levels approve what. */
export const LEVELS: Readonly<Record<string, Compare>> = {
  ...Object.fromEntries(USES.map((use) => [`approvals.${use}`, approval(use)])),
  levels,
};
