import { DEFAULT_POLICY, type Plan, plan, Release, Topology } from '#domain';

const API = 'sluice/v1';
const ZONES = ['eu-1', 'us-1'];
const UNITS_A_ZONE = 6;

/** Where the services of one team run: two zones of six units each. */
export function topologyOf(team: string): Topology {
  const unit = (zone: string, number: number) => ({
    id: `${team}-${zone}-${number}`,
    address: `10.1.0.${number}:8080`,
  });
  return Topology.parse({
    apiVersion: API,
    kind: 'Topology',
    metadata: { name: team },
    spec: {
      drivers: { exec: { inspect: ['unit', 'inspect'], deploy: ['unit', 'deploy'] } },
      clusters: ZONES.map((name) => ({
        name: `${team}-${name}`,
        kind: 'zone',
        units: Array.from({ length: UNITS_A_ZONE }, (_, number) => unit(name, number)),
      })),
    },
  });
}

/** A release over all units of a team, four batches, and its plan. */
export function plannedRelease(topology: Topology, version: string): { release: Release; plan: Plan } {
  const team = topology.metadata.name;
  const release = Release.parse({
    apiVersion: API,
    kind: 'Release',
    metadata: { name: `${team}-${version}` },
    spec: {
      service: team,
      version,
      topology: team,
      rollout: [{ clusters: ZONES.map((zone) => `${team}-${zone}`), order: 'serial', batches: [1, '100%'] }],
      interval: { default: '10m' },
      validate: [
        { name: 'errors', metric: { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total' } },
        { name: 'latency', latency: { histogram: 'http_request_duration_seconds', tolerance: '10%' } },
      ],
      reason: `Ships version ${version}`,
    },
  });
  const planned = plan(release, topology, DEFAULT_POLICY);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  return { release, plan: planned.plan };
}
