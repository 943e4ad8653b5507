import { Environment } from '../documents/environment/environment.js';
import { Policy } from '../documents/policy.js';
import { Release } from '../documents/release.js';
import { Topology } from '../documents/topology.js';
import { plan } from './plan.js';
import type { Plan, Problem } from './types.js';

const apiVersion = 'sluice/v1';
const exec = { inspect: ['true'], deploy: ['true'] };

/** Leaf clusters by name with so many units each, `<cluster>-1` and so on, or clusters within clusters. */
export type Tree = { readonly [name: string]: number | Tree };

/** A topology whose units are driven by exec. Leaves are zones, what is around them are regions. */
export function topologyOf(tree: Tree, drivers: unknown = { exec }): Topology {
  const metadata = { name: 'production' };
  return Topology.parse({ apiVersion, kind: 'Topology', metadata, spec: { drivers, clusters: clustersOf(tree) } });
}

function clustersOf(tree: Tree): unknown[] {
  return Object.entries(tree).map(([name, inner]) =>
    typeof inner === 'number'
      ? { name, kind: 'zone', units: Array.from({ length: inner }, (_, i) => ({ id: `${name}-${i + 1}` })) }
      : { name, kind: 'region', clusters: clustersOf(inner) },
  );
}

/** A release with a metric to be judged by, changed by `spec`. */
export function releaseOf(spec: Record<string, unknown>): Release {
  return Release.parse({
    apiVersion,
    kind: 'Release',
    metadata: { name: 'checkout-2.4.0' },
    spec: {
      service: 'checkout',
      version: '2.4.0',
      topology: 'production',
      validate: [{ name: 'errors', metric: { events: 'errors_total', exposure: 'requests_total' } }],
      reason: 'a test',
      ...spec,
    },
  });
}

/** The shipped policy, changed by `spec`. */
export function policyOf(spec: Record<string, unknown> = {}): Policy {
  return Policy.parse({ apiVersion, kind: 'Policy', metadata: { name: 'default' }, spec });
}

/** Plans stages over a tree, with the shipped policy unless told otherwise; throws when that is refused. */
export function planOf(tree: Tree, rollout: unknown[], spec: Record<string, unknown> = {}, policy = policyOf()): Plan {
  const result = plan(releaseOf({ rollout, ...spec }), topologyOf(tree), policy);
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path} ${message}`).join('\n'));
  return result.plan;
}

/** The problems that keep stages from being planned over a tree; none when they can be. */
export function problemsOf(tree: Tree, rollout: unknown[], spec: Record<string, unknown> = {}): readonly Problem[] {
  const result = plan(releaseOf({ rollout, ...spec }), topologyOf(tree), policyOf());
  return result.ok ? [] : result.problems;
}

/** The waves of a plan as `eu-1.1(1) us-1.1(2)`: ids with the number of units. */
export function wavesOf({ batches, waves }: Plan): string[] {
  const sizes = new Map(batches.map(({ id, units }) => [id, units.length]));
  return waves.map((wave) => wave.map((id) => `${id}(${sizes.get(id)})`).join(' '));
}

/** An environment of the service with so many units, changed by `spec`. Its calls can be read, its own traffic told. */
export function environmentOf(size: number, spec: Record<string, unknown> = {}): Environment {
  const units = Array.from({ length: size }, (_, i) => ({ id: `staging-${i + 1}`, address: `10.9.0.1:${8_001 + i}` }));
  return Environment.parse({
    apiVersion,
    kind: 'Environment',
    metadata: { name: 'checkout-staging' },
    spec: {
      services: [{ name: 'checkout', units }],
      router: { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/sluice.map' } },
      internal: { networks: ['10.0.0.0/8'] },
      calls: [{ otlp: true }],
      ...spec,
    },
  });
}
