import { createHash } from 'node:crypto';

/** The units of `docker compose --profile demo`: one port of the fleet's each. */
export const UNITS = ['eu-a', 'eu-b', 'eu-c', 'eu-d', 'us-a', 'us-b'].map((id, number) => ({
  id,
  address: `fleet:${8001 + number}`,
}));

export function topologyDocument() {
  const zone = (/** @type {string} */ name) => ({
    name,
    kind: 'zone',
    units: UNITS.filter(({ id }) => id.startsWith(`${name}-`)).map((unit) => ({ ...unit, driver: 'exec' })),
  });
  const command = ['/commands/unit.mjs'];
  return {
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    metadata: { name: 'containers' },
    spec: { drivers: { exec: { inspect: command, deploy: command } }, clusters: [zone('eu'), zone('us')] },
  };
}

/** @param {string} version */
export function releaseDocument(version) {
  const sha256 = createHash('sha256').update(JSON.stringify({ version })).digest('hex');
  const errors = { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total' };
  return {
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: `checkout-${version}` },
    spec: {
      service: 'checkout',
      version,
      topology: 'containers',
      rollout: [
        { clusters: ['eu'], batches: [1, '50%', '100%'] },
        { clusters: ['us'], batches: [1, '100%'] },
      ],
      interval: { default: '1s' },
      validate: [
        { name: 'errors', metric: { ...errors, guard: '2%' } },
        { name: 'online-file', file: { path: '/build-info.json', sha256 } },
      ],
      onFailure: 'rollback-release',
      limits: { unitsAtOnce: 2, unitTimeout: '20s', verdictWithin: '1m' },
      reason: `release of ${version}`,
    },
  };
}
