import { createHash } from 'node:crypto';

interface Choice {
  readonly version: string;
  readonly topology: string;
  readonly rollout: readonly object[];
  readonly interval?: string;
  readonly spec?: object;
}

/** A release that is watched through the units' counters and a file that is read back from them. */
export function releaseDocument({ version, topology, rollout, interval = '1s', spec = {} }: Choice): object {
  const sha256 = createHash('sha256').update(JSON.stringify({ version })).digest('hex');
  return {
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: `checkout-${version}` },
    spec: {
      service: 'checkout',
      version,
      topology,
      rollout,
      interval: { default: interval },
      validate: [
        {
          name: 'errors',
          metric: { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total', guard: '2%' },
        },
        { name: 'online-file', file: { path: '/build-info.json', sha256 } },
      ],
      limits: { unitsAtOnce: 2, unitTimeout: '20s', verdictWithin: '1m' },
      reason: `release of ${version}`,
      ...spec,
    },
  };
}
