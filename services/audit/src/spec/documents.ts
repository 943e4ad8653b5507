import { DEFAULT_POLICY, Environment, type Plan, plan, Release, Topology } from '#domain';

const API = 'sluice/v1';

/** Two zones of three units each. */
export const TOPOLOGY = Topology.parse({
  apiVersion: API,
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    drivers: { exec: { inspect: ['inspect'], deploy: ['deploy'] } },
    clusters: ['eu-1', 'us-1'].map((name) => ({
      name,
      kind: 'zone',
      units: ['a', 'b', 'c'].map((letter) => ({ id: `${name}-${letter}` })),
    })),
  },
});

/** A stack of two services behind HAProxy; checkout is what the releases change. */
export const ENVIRONMENT = Environment.parse({
  apiVersion: API,
  kind: 'Environment',
  metadata: { name: 'checkout-staging' },
  spec: {
    drivers: { exec: { inspect: ['inspect'], deploy: ['deploy'] } },
    services: [
      { name: 'checkout', units: [{ id: 'stage-a', address: '10.9.0.1:8080' }], calls: ['prices'] },
      { name: 'prices', units: [{ id: 'stage-p', address: '10.9.0.2:8080' }] },
    ],
    router: { haproxy: { admin: '/run/haproxy/admin.sock', map: '/etc/haproxy/sluice.map' } },
    internal: { networks: ['10.0.0.0/8'] },
    calls: [{ file: '/var/log/calls.ndjson' }],
  },
});

const SPEC = {
  service: 'checkout',
  version: '2.0.0',
  topology: 'production',
  rollout: [{ clusters: ['eu-1', 'us-1'], order: 'serial', batches: [1, '100%'] }],
  interval: { default: '10m' },
  validate: [{ name: 'errors', metric: { events: 'errors', exposure: 'requests' } }],
  reason: 'ships the new tax table',
};

/** A release of four batches, some fields of its spec given, and its plan. */
export function planned(name: string, spec: object): { release: Release; plan: Plan } {
  const release = Release.parse({ apiVersion: API, kind: 'Release', metadata: { name }, spec: { ...SPEC, ...spec } });
  const result = plan(release, TOPOLOGY, DEFAULT_POLICY, ENVIRONMENT);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { release, plan: result.plan };
}
