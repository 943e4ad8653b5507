import { holdersOf } from '../../approval/levels.js';
import type { PolicySpec } from '../../documents/policy.js';
import type { RuleId } from '../../planning/rule-ids.js';
import { type Compare, change, type PolicyChange } from './change.js';
import { enforced, measured } from './measures.js';

/** A field that is a list in which the order says nothing. */
interface List {
  readonly at: string;
  readonly read: (spec: PolicySpec) => readonly string[];
  /** What one more entry does. */
  readonly oneMore: PolicyChange['effect'];
  readonly words: (entry: string, isThere: boolean) => string;
}

function listed({ at, read, oneMore, words }: List): Compare {
  const oneLess = oneMore === 'looser' ? 'tighter' : 'looser';
  return (from, to) => {
    const [old, now] = [read(from), read(to)];
    return [
      ...without(now, old).map((entry) => change(at.split('.'), [null, entry], oneMore, words(entry, true))),
      ...without(old, now).map((entry) => change(at.split('.'), [entry, null], oneLess, words(entry, false))),
    ];
  };
}

/** What one list has and another has not, each once. */
export function without(list: readonly string[], other: readonly string[]): string[] {
  return [...new Set(list)].filter((entry) => !other.includes(entry));
}

/** Who holds which level: somebody more may approve, somebody less may not. */
const holders: Compare = ({ holders: old }, { holders: now }) => {
  if (old && !now) {
    return [change(['holders'], ['named', null], 'looser', 'who holds which level is left to what tokens say')];
  }
  if (!now) return [];
  const levels = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now)])].sort();
  const named = levels.flatMap((level) => ofLevel(level, holdersOf(old, level), holdersOf(now, level)));
  const words = 'levels are held by who is named for them, whatever tokens say';
  return old ? named : [change(['holders'], [null, 'named'], 'tighter', words), ...named];
};

function ofLevel(level: string, old: readonly string[], now: readonly string[]): PolicyChange[] {
  const at = ['holders', level];
  return [
    ...without(now, old).map((id) => change(at, [null, id], 'looser', `${id} holds level ${level}`)),
    ...without(old, now).map((id) => change(at, [id, null], 'tighter', `${id} holds level ${level} no more`)),
  ];
}

/** How the requirement's own rules are taken. One that is not named is enforced. */
const modes: Compare = (from, to) => {
  const named = [...new Set([...Object.keys(from.modes ?? {}), ...Object.keys(to.modes ?? {})])].sort();
  return named.flatMap((rule) => {
    const read = (spec: PolicySpec) => spec.modes?.[rule as RuleId] ?? 'enforce';
    return measured({ at: `modes.${rule}`, what: `the mode of ${rule}`, read, strictness: enforced })(from, to);
  });
};

/** The fields that are lists, or records of them. */
export const LISTS: Readonly<Record<string, Compare>> = {
  'validation.acceptable': listed({
    at: 'validation.acceptable',
    read: ({ validation }) => validation.acceptable,
    oneMore: 'looser',
    words: (kind, isThere) => `a ${kind} ${isThere ? 'is enough' : 'is not enough any more'} to validate a batch`,
  }),
  'validation.deployment': listed({
    at: 'validation.deployment',
    read: ({ validation }) => validation.deployment,
    oneMore: 'looser',
    words: (way, isThere) => `${way} ${isThere ? 'is enough' : 'is not enough any more'} to confirm a deployment`,
  }),
  'staging.required': listed({
    at: 'staging.required',
    read: ({ staging }) => staging?.required ?? [],
    oneMore: 'tighter',
    words: (risk, isThere) => `${risk} risk ${isThere ? 'has to pass staging' : 'need not pass staging any more'}`,
  }),
  holders,
  modes,
};
