import type { OwnRule } from '../../documents/policy.js';
import type { PlanFacts } from '../facts.js';
import { inMode } from '../modes.js';
import type { Finding } from '../types.js';
import { compile } from './compile.js';
import { sceneOf } from './scene.js';
import type { Scene } from './variables.js';

/** As much of an expression as a person reads beside a finding. */
const MOST_SHOWN = 200;

/**
 * What the rules of an organisation's own find, each in its mode. A rule that cannot be evaluated counts as broken:
 * nobody has seen that it is kept.
 */
export function ownFindings(facts: PlanFacts): Finding[] {
  const rules = facts.policy.rules ?? [];
  if (rules.length === 0) return [];
  const scene = sceneOf(facts);
  return rules.flatMap((rule, i) => inMode(rule.mode, () => findingsOf(rule, `spec.rules[${i}]`, scene)));
}

function findingsOf(rule: OwnRule, path: string, scene: Scene): Finding[] {
  const { id, severity, when, message, remedy } = rule;
  const finding = { rule: id, severity, batch: null, path, source: 'policy' } as const;
  const expression = compile(when);
  const answer = expression.ok ? expression.evaluate(scene) : { ok: false as const, why: expression.flaw };
  if (answer.ok) {
    const keep = remedy ?? `change the plan so that this is not so: ${shown(when)}`;
    return answer.broken ? [{ ...finding, message, remedy: keep }] : [];
  }
  const unknown = `could not be evaluated, so nobody knows whether it is kept (${message}): ${answer.why}`;
  return [{ ...finding, message: unknown, remedy: `mend when of the rule in the policy: ${shown(when)}` }];
}

function shown(when: string): string {
  const line = when.replaceAll(/\s+/g, ' ').trim();
  return line.length > MOST_SHOWN ? `${line.slice(0, MOST_SHOWN - 1)}…` : line;
}
