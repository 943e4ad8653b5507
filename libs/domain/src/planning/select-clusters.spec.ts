import { describe, expect, it } from '@jest/globals';
import { Topology } from '../documents/topology.js';
import { indexTopology } from './index-topology.js';
import { resolveStages } from './select-clusters.js';

const units = (cluster: string) => [{ id: `${cluster}-a` }];
const topology = Topology.parse({
  apiVersion: 'sluice/v1',
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    clusters: [
      {
        name: 'eu',
        kind: 'region',
        labels: { tier: 'gold' },
        units: units('eu'),
        clusters: [
          { name: 'eu-1', kind: 'zone', units: units('eu-1'), labels: { tier: 'gold', rack: 'a' } },
          { name: 'eu-2', kind: 'zone', units: units('eu-2') },
        ],
      },
      { name: 'us', kind: 'region', clusters: [{ name: 'us-1', kind: 'zone', units: units('us-1') }] },
      { name: 'lab', kind: 'zone', units: units('lab') },
    ],
  },
});

/** The names of the clusters that a stage takes. */
function taken(clusters: unknown): string[] {
  const stage = { clusters, order: 'serial', batches: ['100%'] } as Parameters<typeof resolveStages>[0][number];
  const { stages, flaws } = resolveStages([stage], indexTopology(topology));
  expect(flaws).toEqual([]);
  return stages.flatMap(({ clusters: found }) => found.map(({ name }) => name));
}

describe('a stage takes', () => {
  it('clusters by name, in the order of the names', () => {
    expect(taken(['lab', 'eu-2', 'eu-1'])).toEqual(['lab', 'eu-2', 'eu-1']);
  });

  it('all that is within a cluster, in the order of the document, its own units first', () => {
    expect(taken(['eu'])).toEqual(['eu', 'eu-1', 'eu-2']);
  });

  it('clusters of a kind', () => {
    expect(taken({ kind: 'zone' })).toEqual(['eu-1', 'eu-2', 'us-1', 'lab']);
  });

  it('what is within the clusters of a kind, each once', () => {
    expect(taken({ kind: 'region' })).toEqual(['eu', 'eu-1', 'eu-2', 'us-1']);
  });

  it('clusters of a kind within another', () => {
    expect(taken({ kind: 'zone', in: 'eu' })).toEqual(['eu-1', 'eu-2']);
  });

  it('everything within a cluster, that cluster included', () => {
    expect(taken({ in: 'lab' })).toEqual(['lab']);
    expect(taken({ in: 'eu' })).toEqual(['eu', 'eu-1', 'eu-2']);
  });

  it('clusters with all of the labels', () => {
    expect(taken({ kind: 'zone', labels: { tier: 'gold' } })).toEqual(['eu-1']);
    expect(taken({ labels: { tier: 'gold', rack: 'a' } })).toEqual(['eu-1']);
  });
});
