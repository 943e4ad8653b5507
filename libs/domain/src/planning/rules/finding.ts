import { formatPath, type Path } from '../../documents/path.js';
import type { PlanFacts } from '../facts.js';
import type { RuleId } from '../rule-ids.js';
import type { Finding, FindingSource, Patch, PlannedBatch } from '../types.js';

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

/** Where a finding is, and which change of a document would remove it. */
export interface Place {
  readonly path: Path;
  /** The document that the path leads into; the release when absent. */
  readonly source?: Exclude<FindingSource, 'release'>;
  readonly patch?: Patch | undefined;
}

/** The finding with its place. */
export function placed(finding: Finding, { path, source, patch }: Place): Finding {
  return { ...finding, path: formatPath(path), ...(source ? { source } : {}), ...(patch ? { patch } : {}) };
}

/**
 * One finding for each batch that breaks a rule, up to a number that people read. One more stands for the rest; its
 * patch is for all of them.
 */
export function forEach<T extends PlannedBatch>(
  broken: readonly T[],
  find: (batch: T) => Finding,
  all: (broken: readonly T[]) => Place,
): Finding[] {
  const findings = broken.slice(0, NAMED).map(find);
  const [first] = findings;
  const rest = broken.length - findings.length;
  if (!first || rest <= 0) return findings;
  const { rule, severity, remedy } = first;
  const others: Finding = { rule, severity, batch: null, message: `the same goes for ${rest} more batches`, remedy };
  return [...findings, placed(others, all(broken))];
}

/** Remembers what was worked out for a key: many findings have the same patch, and each takes a while to try out. */
export function once<T>(work: (key: string) => T): (key: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (key) => {
    const { value } = known.get(key) ?? { value: work(key) };
    known.set(key, { value });
    return value;
  };
}

/** `1 unit`, `3 units`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : noun.endsWith('ch') ? 'es' : 's'}`;
}
