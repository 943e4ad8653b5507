import { DEFAULT_POLICY, type Plan, plan, Release, Topology } from '#domain';

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
  const result = plan(release, TOPOLOGY, DEFAULT_POLICY);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return { release, plan: result.plan };
}
