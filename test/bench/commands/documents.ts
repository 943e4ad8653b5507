/** What runs at once on every unit, whoever asks: nothing has to be changed, and nothing is. */
const INSPECT = ['/bin/echo', '{"version":"2.4.0","healthy":true}'];

/** A cluster of two units for each of so many releases: no two of them meet. */
export function topology(releases: number): object {
  return {
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    metadata: { name: 'production' },
    spec: {
      drivers: { exec: { inspect: INSPECT, deploy: ['/bin/true'] } },
      clusters: Array.from({ length: releases }, (_, index) => ({
        name: `zone-${index}`,
        kind: 'zone',
        units: [{ id: `zone-${index}-a` }, { id: `zone-${index}-b` }],
      })),
    },
  };
}

/** A release whose first batch is observed until somebody confirms it, which nobody does. */
export function release(index: number): object {
  return {
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: `checkout-${index}` },
    spec: {
      service: `checkout-${index}`,
      version: '2.4.0',
      topology: 'production',
      rollout: [{ clusters: [`zone-${index}`], batches: [1, '100%'] }],
      interval: { default: '1h' },
      limits: { verdictWithin: '12h' },
      validate: [{ name: 'second-look', confirm: {} }],
      reason: 'A measurement',
    },
  };
}

/** The batch that its releases come to last. */
export function lastBatch(index: number): string {
  return `zone-${index}.2`;
}
