import type { PlanFacts } from '../facts.js';
import type { RuleId } from '../rule-ids.js';
import type { Finding, PlannedBatch } from '../types.js';

/** A rule of the requirement as a function: what it has to say about a plan, nothing when the plan keeps it. */
export type Rule = (facts: PlanFacts) => readonly Finding[];

/** So many batches are named one by one; the rest is counted. A plan may have thousands. */
const NAMED = 20;

/** A finding that only an approved exception gets past. `batch` is null when it is about the whole. */
export function blocks(rule: RuleId, batch: string | null, message: string, remedy: string): Finding {
  return { rule, severity: 'block', batch, message, remedy };
}

/** A finding that people are told, and that stops nobody. */
export function warns(rule: RuleId, batch: string | null, message: string, remedy: string): Finding {
  return { rule, severity: 'warn', batch, message, remedy };
}

/** One finding for each batch that breaks a rule, up to a number that people read. */
export function forEach<T extends PlannedBatch>(broken: readonly T[], find: (batch: T) => Finding): Finding[] {
  const findings = broken.slice(0, NAMED).map(find);
  const [first] = findings;
  const rest = broken.length - findings.length;
  return first && rest > 0
    ? [...findings, { ...first, batch: null, message: `the same goes for ${rest} more batches` }]
    : findings;
}

/** `1 unit`, `3 units`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : noun.endsWith('ch') ? 'es' : 's'}`;
}
