import { DEFAULT_POLICY, plan, Release, type ReleaseOrder, Topology } from '#domain';
import type { Clock } from '../clock.js';
import type { Orderer } from './release-book.js';

export const clock: Clock = { now: () => Date.parse('2026-01-01T00:00:00.000Z'), wakeAt: () => () => undefined };

const topology = Topology.parse({
  apiVersion: 'sluice/v1',
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    drivers: { exec: { inspect: ['inspect'], deploy: ['deploy'] } },
    clusters: [{ name: 'eu', kind: 'zone', units: [{ id: 'eu-a' }, { id: 'eu-b' }] }],
  },
});

const release = Release.parse({
  apiVersion: 'sluice/v1',
  kind: 'Release',
  metadata: { name: 'checkout' },
  spec: {
    service: 'checkout',
    version: '2',
    topology: 'production',
    rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
    validate: [{ name: 'look', confirm: {} }],
    reason: 'new tax table',
  },
});

export function submission(id: string): ReleaseOrder {
  const planned = plan(release, topology, DEFAULT_POLICY);
  if (!planned.ok) throw new Error('the release of this spec cannot be planned');
  return {
    type: 'submit',
    release: id,
    name: 'checkout',
    spec: release.spec,
    topology: { name: 'production', revision: 0 },
    policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
    plan: planned.plan,
    digest: 'd',
  };
}

let commands = 0;

export function person(id: string, more: Partial<Orderer> = {}): Orderer {
  commands += 1;
  const actor = { kind: 'person', id, roles: ['viewer', 'author', 'operator'] } as const;
  return { commandId: `command-${commands}`, actor, reason: 'because', ...more };
}
