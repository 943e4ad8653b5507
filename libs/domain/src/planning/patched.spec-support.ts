import { applyPatch } from 'rfc6902';
import { Environment } from '../documents/environment/environment.js';
import { Policy } from '../documents/policy.js';
import { Release } from '../documents/release.js';
import { Topology } from '../documents/topology.js';
import { plan } from './plan.js';
import type { Finding, FindingSource, Plan, Problem } from './types.js';

/** The documents of a plan as somebody wrote them: what has a default may be absent. */
export interface Written {
  readonly release: unknown;
  readonly topology: unknown;
  readonly policy: unknown;
  readonly environment?: unknown;
}

/** Reads the documents by their schemas and plans. @throws when one of them does not read */
export function planWritten(documents: Written): Plan | readonly Problem[] {
  const environment = documents.environment ? Environment.parse(documents.environment) : null;
  const result = plan(
    Release.parse(documents.release),
    Topology.parse(documents.topology),
    Policy.parse(documents.policy),
    environment,
  );
  return result.ok ? result.plan : result.problems;
}

/** What became of a plan when the patch of one of its findings was applied. */
export interface Outcome {
  readonly finding: Finding;
  /** Why the patch is none, as a sentence; undefined when it does what it promises. */
  readonly flaw: string | undefined;
  /** Rules that block now and did not before. */
  readonly adds: readonly string[];
}

/**
 * Applies each patch to the documents, alone, as they were written and again with their defaults filled in, reads them
 * by their schemas and plans again. Nothing of the planner but `plan` is asked.
 */
export function outcomesOf(documents: Written, { findings }: Plan): Outcome[] {
  const full = filledIn(documents);
  return findings.flatMap((finding) => {
    if (!finding.patch) return [];
    const written = outcomeOf(documents, findings, finding);
    return [written.flaw === undefined ? outcomeOf(full, findings, finding) : written];
  });
}

function outcomeOf(documents: Written, before: readonly Finding[], finding: Finding): Outcome {
  const { patch } = finding;
  if (!patch) throw new Error(`${finding.rule} has no patch`);
  const document = copied(documents[named(patch.document)]);
  const errors = applyPatch(
    document,
    patch.operations.map(({ op, path, value }) =>
      op === 'remove' ? { op, path } : { op, path, value: copied(value) },
    ),
  ).filter((error) => error !== null);
  const failed = (flaw: string): Outcome => ({ finding, flaw, adds: [] });
  if (errors.length > 0) return failed(`cannot be applied: ${errors.map(({ message }) => message).join(', ')}`);
  const lost = (patch.fillIn ?? []).filter((place) => valueAt(document, place) === undefined);
  if (lost.length > 0) return failed(`has nothing to fill in at ${lost.join(', ')}`);
  const after = planWritten({ ...documents, [patch.document]: document });
  if (!('findings' in after)) return failed(`is refused: ${after.map(({ path, message }) => `${path} ${message}`)}`);
  if (after.findings.some((other) => kindOf(other) === kindOf(finding))) return failed('does not remove the finding');
  const blocked = new Set(blockingRules(before));
  return { finding, flaw: undefined, adds: blockingRules(after.findings).filter((rule) => !blocked.has(rule)) };
}

/** The rules that block, each once. */
export function blockingRules(findings: readonly Finding[]): string[] {
  return [...new Set(findings.filter(({ severity }) => severity === 'block').map(({ rule }) => rule))];
}

/** One rule may find several things about a batch; what it says without the figures tells which. */
function kindOf({ rule, batch, message }: Finding): string {
  return `${rule} ${batch} ${message.replace(/\S*\d\S*/g, '#')}`;
}

/** Plain data, as it would come from a file. */
function copied(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function named(source: FindingSource): keyof Written {
  return source;
}

function filledIn({ release, topology, policy, environment }: Written): Written {
  const full = { release: Release.parse(release), topology: Topology.parse(topology), policy: Policy.parse(policy) };
  return environment ? { ...full, environment: Environment.parse(environment) } : full;
}

function valueAt(document: unknown, pointer: string): unknown {
  const steps = pointer.split('/').slice(1);
  return steps.reduce<unknown>((value, step) => {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  }, document);
}
