import { NETWORKS, REGIONS } from './layout.mjs';

export const SERVICE = 'web';
export const TOPOLOGY = 'demo';
export const ENVIRONMENT = 'staging';

/** @typedef {import('./layout.mjs').Layout} Layout */

/**
 * @param {Layout['production']} units
 * @param {string[]} command what the exec driver runs, whatever there is to do
 */
export function topologyDocument(units, command) {
  const zone = (/** @type {string} */ name, /** @type {string} */ currency) => ({
    name,
    kind: 'zone',
    labels: { currency },
    units: units.filter(({ cluster }) => cluster === name).map(({ id, address }) => ({ id, driver: 'exec', address })),
  });
  return {
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    metadata: { name: TOPOLOGY },
    spec: {
      drivers: { exec: driver(command) },
      clusters: REGIONS.map(({ region, currency, zones }) => ({
        name: region,
        kind: 'region',
        clusters: zones.map((name) => zone(name, currency)),
      })),
    },
  };
}

/**
 * The staging environment: web, orders and stock once more, and HAProxy before both stacks.
 * @param {Layout} layout
 * @param {string[]} command
 * @param {import('./fleet.mjs').StackFiles} files
 */
export function environmentDocument({ entry, production, staging, orders, stock }, command, { calls, ...haproxy }) {
  const backing = (/** @type {import('./layout.mjs').Backing} */ { units, listen }) => ({
    units: units.staging,
    production: units.production.map(({ address }) => address),
    listen,
  });
  return {
    apiVersion: 'sluice/v1',
    kind: 'Environment',
    metadata: { name: ENVIRONMENT },
    spec: {
      drivers: { exec: driver(command) },
      services: [
        {
          name: SERVICE,
          units: staging.map(({ id, address }) => ({ id, driver: 'exec', address })),
          calls: ['orders'],
          production: production.map(({ address }) => address),
        },
        { name: 'orders', calls: ['stock'], ...backing(orders) },
        { name: 'stock', ...backing(stock) },
      ],
      router: { sticky: { cookie: 'uid' }, haproxy: { ...haproxy, listen: entry } },
      internal: { networks: [NETWORKS.internal] },
      networks: [NETWORKS.staging],
      calls: Object.values(calls).map((file) => ({ file })),
    },
  };
}

/**
 * Staging first. Then one unit of eu-1, half of it, all of it; then both American zones side by side in the same steps.
 * @param {{ version: string, sha256: string, reason: string }} release `sha256` of the version's build-info.json
 */
export function releaseDocument({ version, sha256, reason }) {
  const batches = [1, '50%', '100%'];
  const errors = { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total' };
  // The demo's traffic is thin, so that it runs anywhere.
  const slack = { tolerance: '50%', minimum: 15 };
  return {
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: `${SERVICE}-${version}` },
    spec: {
      service: SERVICE,
      version,
      risk: 'standard',
      topology: TOPOLOGY,
      staging: { environment: ENVIRONMENT, traffic: { production: '1%', internal: '100%' }, observe: '6s' },
      rollout: [
        { clusters: ['eu-1'], order: 'serial', batches },
        { clusters: { kind: 'zone', in: 'us' }, order: 'parallel', maxParallel: 2, batches },
      ],
      interval: { default: '4s' },
      validate: [
        { name: 'errors', metric: { provider: 'scrape', ...errors, guard: '2%', ...slack } },
        { name: 'latency', latency: { provider: 'scrape', histogram: 'http_request_duration_seconds', ...slack } },
        { name: 'business', log: { source: 'orders.log', pattern: 'order placed', min: 1, per: '1s' } },
        { name: 'online-file', file: { path: '/build-info.json', sha256 } },
      ],
      onFailure: 'rollback-release',
      limits: { unitsAtOnce: 2, failedUnits: 0, unitTimeout: '20s', retries: 3, verdictWithin: '30s' },
      reason,
    },
  };
}

/** @param {string[]} command */
function driver(command) {
  return { inspect: command, deploy: command, rollback: command };
}
