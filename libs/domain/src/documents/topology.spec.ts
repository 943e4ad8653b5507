import { describe, expect, it } from '@jest/globals';
import { checkTopology, readTopology } from './readers.js';
import type { Topology } from './topology.js';

const topology = (clusters: string): string => `apiVersion: sluice/v1
kind: Topology
metadata: { name: production }
spec:
  clusters:
${clusters}`;

const told = (clusters: string): string[] => {
  const result = readTopology(topology(clusters), 'topology.yaml');
  return result.ok
    ? []
    : result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
};

describe('a topology', () => {
  it('nests clusters, of any kind, and gives units the exec driver', () => {
    const result = readTopology(
      topology(`    - name: eu
      kind: region
      clusters:
        - { name: eu-1, kind: my-own-kind, units: [{ id: eu-1-a, labels: { tier: web } }] }
`),
      'topology.yaml',
    );
    expect(result.ok && result.value.spec.clusters[0]?.clusters?.[0]).toEqual({
      name: 'eu-1',
      kind: 'my-own-kind',
      units: [{ id: 'eu-1-a', driver: 'exec', labels: { tier: 'web' } }],
    });
  });

  it('lists no unit twice, anywhere', () => {
    expect(
      told(`    - { name: a, kind: zone, units: [{ id: u1 }, { id: u1 }] }
    - name: b
      kind: region
      clusters:
        - { name: c, kind: zone, units: [{ id: u2 }, { id: u1 }] }
`),
    ).toEqual([
      '6:56 spec.clusters[0].units[1].id unit u1 is listed already, in cluster a',
      '10:60 spec.clusters[1].clusters[0].units[1].id unit u1 is listed already, in cluster a',
    ]);
  });

  it('has no two clusters of one name, wherever they are', () => {
    expect(
      told(`    - { name: a, kind: zone, units: [{ id: u1 }] }
    - { name: b, kind: region, clusters: [{ name: a, kind: zone, units: [{ id: u2 }] }] }
`),
    ).toEqual([
      '7:51 spec.clusters[1].clusters[0].name cluster a is there already, in the topology itself; names are unique over the whole topology',
    ]);
  });

  it('may have units beside the clusters within a cluster, but not neither', () => {
    expect(
      told(`    - { name: a, kind: zone, units: [{ id: u1 }], clusters: [{ name: b, kind: zone, units: [{ id: u2 }] }] }
`),
    ).toEqual([]);
    expect(
      told(`    - { name: a, kind: zone }
    - { name: b, kind: zone, units: [] }
`),
    ).toEqual([
      '6:7 spec.clusters[0] has neither units nor clusters',
      '7:7 spec.clusters[1] has neither units nor clusters',
    ]);
  });

  it('is told of these together with what is wrong in form', () => {
    expect(
      told(`    - { name: a, kind: zone, units: [{ id: u1, adress: x }, { id: u1, driver: 7 }] }
    - { nam: b, kind: zone }
`),
    ).toEqual([
      '6:48 spec.clusters[0].units[0].adress unknown field, did you mean `address`?',
      '6:67 spec.clusters[0].units[1].id unit u1 is listed already, in cluster a',
      '6:79 spec.clusters[0].units[1].driver must be text; put it in quotes',
      '7:7 spec.clusters[1].name is missing',
      '7:7 spec.clusters[1] has neither units nor clusters',
      '7:9 spec.clusters[1].nam unknown field, did you mean `name`?',
    ]);
  });

  it('is checked in the same way when it did not come through its schema', () => {
    const units = [{ id: 'u1', driver: 'exec' }];
    const unsound: Topology = {
      apiVersion: 'sluice/v1',
      kind: 'Topology',
      metadata: { name: 'production' },
      spec: { clusters: [{ name: 'a', kind: 'zone', units: [...units, ...units] }] },
    };
    expect(checkTopology(unsound)).toEqual([
      { path: 'spec.clusters[0].units[1].id', message: 'unit u1 is listed already, in cluster a', source: 'topology' },
    ]);
  });
});
