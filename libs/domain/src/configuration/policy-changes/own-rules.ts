import type { OwnRule, PolicySpec } from '../../documents/policy.js';
import { type Compare, change, type PolicyChange } from './change.js';
import { enforced, severe } from './measures.js';

/** Rules that come or go. */
const ids: Compare = ({ rules: old = [] }, { rules: now = [] }) => [
  ...now
    .filter(({ id }) => !ruleOf(old, id))
    .map(({ id, when }) => change(['rules', id], [null, when], 'tighter', `rule ${id} is asked as well`)),
  ...old
    .filter(({ id }) => !ruleOf(now, id))
    .map(({ id, when }) => change(['rules', id], [when, null], 'looser', `rule ${id} is not asked any more`)),
];

/** Compares a field of the rules that both versions have. */
function ofBoth(compare: (old: OwnRule, now: OwnRule) => PolicyChange | null): Compare {
  return ({ rules: old = [] }, { rules: now = [] }) =>
    old.flatMap((rule) => {
      const counterpart = ruleOf(now, rule.id);
      return (counterpart && compare(rule, counterpart)) ?? [];
    });
}

function ruleOf(rules: NonNullable<PolicySpec['rules']>, id: string): OwnRule | undefined {
  return rules.find((rule) => rule.id === id);
}

/** What a rule asks can only be told by who reads it: that it is asked otherwise counts as looser. */
const when = ofBoth((old, now) => {
  const words = `rule ${now.id} is broken by something else`;
  return old.when === now.when ? null : change(['rules', now.id, 'when'], [old.when, now.when], 'looser', words);
});

const severity = ofBoth((old, now) => {
  const effect = severe(now.severity) < severe(old.severity) ? 'looser' : 'tighter';
  const words = `rule ${now.id} ${now.severity === 'block' ? 'blocks' : 'warns'} instead of ${old.severity === 'block' ? 'blocking' : 'warning'}`;
  const values = [old.severity, now.severity] as const;
  return old.severity === now.severity ? null : change(['rules', now.id, 'severity'], values, effect, words);
});

const mode = ofBoth((old, now) => {
  const effect = enforced(now.mode) < enforced(old.mode) ? 'looser' : 'tighter';
  const words = `the mode of rule ${now.id} is ${now.mode} instead of ${old.mode}`;
  return old.mode === now.mode ? null : change(['rules', now.id, 'mode'], [old.mode, now.mode], effect, words);
});

/** Says nothing of what is asked. */
const wording: Compare = () => [];

/** The fields of an organisation's own rules. */
export const OWN_RULES: Readonly<Record<string, Compare>> = {
  'rules[].id': ids,
  'rules[].severity': severity,
  'rules[].mode': mode,
  'rules[].when': when,
  'rules[].message': wording,
  'rules[].remedy': wording,
};
