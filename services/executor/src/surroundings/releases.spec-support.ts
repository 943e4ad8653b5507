import { DEFAULT_POLICY, type Policy, plan, Release, type ReleaseOrder, Topology } from '#domain';
import type { Orderer } from '#runtime';

const apiVersion = 'sluice/v1';
let commands = 0;

export function by(kind: 'person' | 'service', id: string): Orderer {
  commands += 1;
  return { commandId: `command-${commands}`, actor: { kind, id, roles: ['operator'] }, reason: 'because' };
}

/** The topology `production`, of zones with these units. */
export function topologyOf(zones: Readonly<Record<string, readonly string[]>>): Topology {
  const clusters = Object.entries(zones).map(([name, ids]) => ({
    name,
    kind: 'zone',
    units: ids.map((id) => ({ id })),
  }));
  return Topology.parse({
    apiVersion,
    kind: 'Topology',
    metadata: { name: 'production' },
    spec: { drivers: { exec: { inspect: ['i'], deploy: ['d'] } }, clusters },
  });
}

/** What a release is planned with. */
interface Pinned {
  readonly topology: Topology;
  readonly revision?: number;
  readonly policy?: Policy;
}

/** The order that submits a release of some clusters, one unit of each first. */
export function submissionOf(
  release: string,
  clusters: readonly string[],
  { topology, revision = 0, policy = DEFAULT_POLICY }: Pinned,
  spec: object = {},
): ReleaseOrder {
  const document = Release.parse({
    apiVersion,
    kind: 'Release',
    metadata: { name: release },
    spec: {
      service: 'web',
      version: '2',
      topology: 'production',
      rollout: [{ clusters, batches: [1, '100%'] }],
      validate: [{ name: 'look', log: { source: 'orders.log', pattern: 'placed', min: 1 } }],
      reason: 'new tax table',
      ...spec,
    },
  });
  const planned = plan(document, topology, policy);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return {
    type: 'submit',
    release,
    name: release,
    spec: document.spec,
    topology: { name: 'production', revision },
    policy: { name: 'default', revision: 0, spec: policy.spec },
    plan: planned.plan,
    digest: 'd',
  };
}
