import { dump } from 'js-yaml';
import { type Outcome, outcomesOf, planWritten, type Written } from '../patched.spec-support.js';
import type { Patch, Plan } from '../types.js';

type Fields = Readonly<Record<string, unknown>>;

/** A row of the tables of plans: what is different from a plan that keeps every rule, and what is found then. */
export interface Row {
  readonly plan: string;
  /** Clusters by name with so many units each; one of four otherwise. */
  readonly units?: Readonly<Record<string, number>>;
  readonly rollout?: readonly Fields[];
  /** Other fields of the release. */
  readonly spec?: Fields;
  readonly policy?: Fields;
  readonly topology?: (topology: Fields) => Fields;
  /** Fields of the environment; none is at hand when absent. */
  readonly environment?: Fields;
  /** `blocks INT-2 at spec.interval.default`, in order; a place that is not in the release has its document before it. */
  readonly finds: readonly string[];
  /** Findings without a patch, by their rules. All others have one. */
  readonly hopeless?: readonly string[];
  /** Rules that the patch of another makes block: `STG-3 adds STG-2`. None otherwise. */
  readonly adds?: readonly string[];
}

const apiVersion = 'sluice/v1';
export const EXEC = { exec: { inspect: ['true'], deploy: ['true'] } };
export const METRIC = { name: 'errors', metric: { events: 'errors_total', exposure: 'requests_total' } };
export const STAGING = { environment: 'checkout-staging' };

/** Three batches of one cluster, twenty minutes each: it keeps every rule whatever its risk. */
export function documentsOf({ units = { a: 4 }, rollout, spec, policy = {}, topology, environment }: Row): Written {
  const clusters = Object.entries(units).map(([name, size]) => ({
    name,
    kind: 'zone',
    units: Array.from({ length: size }, (_, i) => ({ id: `${name}-${i + 1}` })),
  }));
  const production = { drivers: EXEC, clusters };
  const release = {
    service: 'checkout',
    version: '2.4.0',
    topology: 'production',
    reason: 'a test',
    rollout: rollout ?? [{ clusters: Object.keys(units), batches: [1, '50%', '100%'] }],
    interval: { default: '20m' },
    validate: [METRIC],
    ...spec,
  };
  return {
    release: { apiVersion, kind: 'Release', metadata: { name: 'checkout-2.4.0' }, spec: release },
    topology: {
      apiVersion,
      kind: 'Topology',
      metadata: { name: 'production' },
      spec: topology?.(production) ?? production,
    },
    policy: { apiVersion, kind: 'Policy', metadata: { name: 'default' }, spec: policy },
    ...(environment ? { environment: environmentOf(environment) } : {}),
  };
}

/** A stack of one service whose calls can be read and whose own traffic can be told, changed by `spec`. */
function environmentOf(spec: Fields): Fields {
  const usual = {
    services: [{ name: 'checkout', units: [{ id: 'stage-1', address: '10.9.0.1:8001' }] }],
    router: { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/sluice.map' } },
    internal: { networks: ['10.0.0.0/8'] },
    calls: [{ file: '/var/log/calls.ndjson' }],
  };
  return { apiVersion, kind: 'Environment', metadata: { name: STAGING.environment }, spec: { ...usual, ...spec } };
}

/**
 * The patches of a rule's findings, one line each: `release add /spec/interval/default 14m`. Operations stand apart by
 * `, `, and what is to be filled in comes last.
 */
export function patchesOf(row: Omit<Row, 'plan' | 'finds'>, rule: string): string[] {
  const made = planWritten(documentsOf({ plan: rule, finds: [], ...row }));
  if (!('findings' in made)) throw new Error(`${rule} is not found in a plan that is refused`);
  return made.findings.flatMap((finding) => (finding.rule === rule ? [patchText(finding.patch)] : []));
}

function patchText(patch: Patch | undefined): string {
  if (!patch) return 'none';
  const changes = patch.operations.map(({ op, path, value }) => [op, path, ...valueText(value)].join(' '));
  const gaps = patch.fillIn ? `; fill in ${patch.fillIn.join(', ')}` : '';
  return `${patch.document} ${changes.join(', ')}${gaps}`;
}

function valueText(value: unknown): string[] {
  return value === undefined ? [] : [dump(value, { flowLevel: 0, lineWidth: -1, noRefs: true }).trimEnd()];
}

/** What became of a row, in its own words. */
interface Result {
  readonly finds: readonly string[];
  readonly hopeless: readonly string[];
  readonly adds: readonly string[];
  /** Patches that cannot be applied, that are refused, or that leave their finding where it is. */
  readonly flaws: readonly string[];
}

/** What a row says that should become of it. */
export function expectedOf({ finds, hopeless = [], adds = [] }: Row): Result {
  return { finds, hopeless, adds, flaws: [] };
}

/** What a row comes to, in the words of the table; and what became of it when each patch was applied. */
export function resultOf(row: Row): Result {
  const documents = documentsOf(row);
  const made = planWritten(documents);
  if (!('findings' in made)) throw new Error(made.map(({ path, message }) => `${path} ${message}`).join('\n'));
  const outcomes = outcomesOf(documents, made);
  return {
    finds: found(made),
    hopeless: made.findings.filter(({ patch }) => !patch).map(({ rule }) => rule),
    adds: outcomes.flatMap(({ finding, adds }) => adds.map((rule) => `${finding.rule} adds ${rule}`)),
    flaws: outcomes.flatMap(flawIn),
  };
}

function found({ findings }: Plan): string[] {
  return findings.map(
    ({ rule, severity, source, path }) => `${severity}s ${rule} at ${source ? `${source} ` : ''}${path}`,
  );
}

function flawIn({ finding: { rule, batch, patch }, flaw }: Outcome): string[] {
  return flaw === undefined ? [] : [`${rule} of ${batch ?? 'the whole'} ${flaw}: ${JSON.stringify(patch?.operations)}`];
}
