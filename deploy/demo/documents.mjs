export const SERVICE = 'checkout';
export const TOPOLOGY = 'demo';

/** Clusters of the demo, by region. */
export const REGIONS = /** @type {const} */ ([
  { region: 'eu', zones: ['eu-1'] },
  { region: 'us', zones: ['us-1', 'us-2'] },
]);

/**
 * @typedef {{ id: string, cluster: string, address: string }} FleetUnit
 */

/**
 * @param {readonly FleetUnit[]} units
 * @param {string[]} command what the exec driver runs, whatever there is to do
 */
export function topologyDocument(units, command) {
  const zone = (/** @type {string} */ name) => ({
    name,
    kind: 'zone',
    units: units.filter(({ cluster }) => cluster === name).map(({ id, address }) => ({ id, driver: 'exec', address })),
  });
  return {
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    metadata: { name: TOPOLOGY },
    spec: {
      drivers: { exec: { inspect: command, deploy: command, rollback: command } },
      clusters: REGIONS.map(({ region, zones }) => ({ name: region, kind: 'region', clusters: zones.map(zone) })),
    },
  };
}

/**
 * One unit of eu-1 first, then half of it, then all of it; then both American zones side by side in the same steps.
 * @param {{ version: string, sha256: string, reason: string }} release `sha256` of the version's build-info.json
 */
export function releaseDocument({ version, sha256, reason }) {
  const batches = [1, '50%', '100%'];
  const errors = { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total' };
  return {
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: `${SERVICE}-${version}` },
    spec: {
      service: SERVICE,
      version,
      risk: 'standard',
      topology: TOPOLOGY,
      rollout: [
        { clusters: ['eu-1'], order: 'serial', batches },
        { clusters: { kind: 'zone', in: 'us' }, order: 'parallel', maxParallel: 2, batches },
      ],
      interval: { default: '4s' },
      validate: [
        { name: 'errors', metric: { provider: 'scrape', ...errors, tolerance: '25%', guard: '2%' } },
        {
          name: 'latency',
          latency: { provider: 'scrape', histogram: 'http_request_duration_seconds', tolerance: '25%' },
        },
        { name: 'business', log: { source: 'orders.log', pattern: 'order placed', min: 5, per: '1s' } },
        { name: 'online-file', file: { path: '/build-info.json', sha256 } },
      ],
      onFailure: 'rollback-release',
      limits: { unitsAtOnce: 2, failedUnits: 0, unitTimeout: '20s', retries: 3, verdictWithin: '30s' },
      reason,
    },
  };
}
