import { describe, expect, it } from '@jest/globals';
import { formatPath } from '../documents/path.js';
import { Stage } from '../documents/release.js';
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

function resolved(...stages: { clusters: unknown; exclude?: unknown }[]) {
  const rollout = stages.map((stage) => Stage.parse({ ...stage, batches: ['100%'] }));
  return resolveStages(rollout, indexTopology(topology));
}

/** The names of the clusters that a stage takes. */
function taken(clusters: unknown, exclude?: unknown): string[] {
  const { stages, flaws } = resolved({ clusters, ...(exclude === undefined ? {} : { exclude }) });
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

describe('a stage leaves out', () => {
  it('clusters by name, with everything within them', () => {
    expect(taken({ kind: 'zone' }, ['lab', 'us'])).toEqual(['eu-1', 'eu-2']);
    expect(taken(['eu', 'us'], ['us', 'eu-2'])).toEqual(['eu', 'eu-1']);
  });

  it('clusters by what they are, with everything within them', () => {
    expect(taken({ kind: 'zone' }, { kind: 'zone', in: 'eu' })).toEqual(['us-1', 'lab']);
    expect(taken({ kind: 'zone' }, { labels: { tier: 'gold', rack: 'a' } })).toEqual(['eu-2', 'us-1', 'lab']);
    expect(taken({ kind: 'zone' }, { kind: 'region' })).toEqual(['lab']);
  });

  it('what it does not take anyway without a word', () => {
    expect(taken(['us'], ['lab'])).toEqual(['us-1']);
  });

  it('what another stage takes: it is free for that one', () => {
    const { stages, flaws } = resolved({ clusters: ['eu'], exclude: ['eu-2'] }, { clusters: ['eu-2'] });
    expect(flaws).toEqual([]);
    expect(stages.map(({ clusters }) => clusters.map(({ name }) => name))).toEqual([['eu', 'eu-1'], ['eu-2']]);
  });

  const flaws = (...stages: { clusters: unknown; exclude?: unknown }[]) =>
    resolved(...stages).flaws.map(({ path, message }) => `${formatPath(path)}: ${message}`);

  it('no cluster that the topology does not have, and says which was meant, and where', () => {
    expect(flaws({ clusters: ['eu'], exclude: ['eu-1', 'eu-3'] })).toEqual([
      'spec.rollout[0].exclude[1]: the topology has no cluster eu-3, did you mean `eu-1`?',
    ]);
    expect(flaws({ clusters: ['eu'] }, { clusters: ['us'], exclude: { in: 'usa' } })).toEqual([
      'spec.rollout[1].exclude.in: the topology has no cluster usa, did you mean `us`?',
    ]);
  });

  it('nothing by a selector that matches nothing, and says so', () => {
    expect(flaws({ clusters: ['eu'], exclude: { kind: 'vpc' } })).toEqual([
      'spec.rollout[0].exclude: matches no cluster of the topology',
    ]);
  });

  it('not everything, and says so', () => {
    expect(flaws({ clusters: ['eu-1', 'eu-2'], exclude: { kind: 'region' } })).toEqual([
      'spec.rollout[0].exclude: leaves out everything that the stage takes',
    ]);
  });
});
