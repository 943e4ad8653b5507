import { type Compiled, compile, MOST_STEPS_IN_ALL } from '../planning/own-rules/compile.js';
import { LONGEST_EXPRESSION } from '../planning/own-rules/language.js';
import { CONFLICT_RULE, DRIFT_RULE, FREEZE_RULE, RULES, RUN_TIME_RULES } from '../planning/rule-ids.js';
import { type Flaw, isRecord } from './flaw.js';
import type { Path } from './path.js';

/** Rules that Sluice has itself. People do not tell `INT-2` from `int-2`. */
const OURS: readonly string[] = [...RULES, FREEZE_RULE, CONFLICT_RULE, DRIFT_RULE];
/** `INT` and the like: the next version may have one more of them. */
const FAMILIES: ReadonlySet<string> = new Set(OURS.map((id) => id.replace(/-\d+$/, '')));

/**
 * What the own rules of a policy have to be beyond their form: each with an id that no other rule has, and an
 * expression that can be evaluated. An expression that is too long is told so by its form, and is not compiled.
 */
export function ownRuleFlaws(policy: unknown): Flaw[] {
  const spec = isRecord(policy) ? policy.spec : undefined;
  if (!isRecord(spec) || !Array.isArray(spec.rules)) return [];
  const rules: readonly unknown[] = spec.rules;
  const seen = new Map<string, number>();
  let steps = 0;
  return rules.flatMap((rule, i) => {
    if (!isRecord(rule)) return [];
    const path = ['spec', 'rules', i];
    const expression = compiled(rule.when);
    const before = steps;
    steps += expression?.ok ? expression.steps : 0;
    const isTooMuch = before <= MOST_STEPS_IN_ALL && steps > MOST_STEPS_IN_ALL;
    return [
      ...idFlaws(rule.id, path, i, seen),
      ...(expression?.ok === false ? [{ path: [...path, 'when'], message: expression.flaw }] : []),
      ...(isTooMuch
        ? [{ path: [...path, 'when'], message: 'takes too many steps, together with the rules before it' }]
        : []),
    ];
  });
}

/** A mode that would change nothing is a mistake: whoever wrote it believes that something is switched off. */
export function modeFlaws(policy: unknown): Flaw[] {
  const modes = isRecord(policy) && isRecord(policy.spec) ? policy.spec.modes : undefined;
  if (!isRecord(modes)) return [];
  return RUN_TIME_RULES.filter((rule) => modes[rule] === 'shadow' || modes[rule] === 'off').map((rule) => ({
    path: ['spec', 'modes', rule],
    message: `${rule} is part of how every release runs, and is always enforced`,
  }));
}

function idFlaws(id: unknown, path: Path, i: number, seen: Map<string, number>): Flaw[] {
  if (typeof id !== 'string') return [];
  const name = id.toUpperCase();
  const flaw = (message: string): Flaw[] => [{ path: [...path, 'id'], message }];
  if (OURS.includes(name)) return flaw(`${name} is a rule that Sluice has itself; spec.modes says how it is taken`);
  const [, family = ''] = /^([A-Z]+)-\d+$/.exec(name) ?? [];
  if (FAMILIES.has(family)) return flaw(`${family}-… is what Sluice calls rules of its own; begin with something else`);
  const first = seen.get(name);
  if (first !== undefined) return flaw(`rule ${id} is there already, in spec.rules[${first}]`);
  seen.set(name, i);
  return [];
}

/** Undefined for what its form is told about. */
function compiled(when: unknown): Compiled | undefined {
  return typeof when === 'string' && when !== '' && when.length <= LONGEST_EXPRESSION ? compile(when) : undefined;
}
