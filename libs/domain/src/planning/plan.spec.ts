import { describe, expect, it } from '@jest/globals';
import { planOf, policyOf, problemsOf, releaseOf, topologyOf, wavesOf } from './documents.spec-support.js';
import { plan } from './plan.js';

const tree = { eu: { 'eu-1': 4, 'eu-2': 2 }, us: { 'us-1': 4, 'us-2': 2, 'us-3': 4 } };

describe('a plan', () => {
  it('batches within a cluster: intra-cluster', () => {
    const made = planOf(tree, [{ clusters: ['eu-1'], batches: [1, '50%', '100%'] }]);
    expect(wavesOf(made)).toEqual(['eu-1.1(1)', 'eu-1.2(1)', 'eu-1.3(2)']);
    expect(made.methods).toEqual(['intra-cluster']);
  });

  it('takes clusters one at a time: inter-cluster serial', () => {
    const made = planOf(tree, [{ clusters: ['eu-1', 'eu-2'], order: 'serial', batches: ['100%'] }]);
    expect(wavesOf(made)).toEqual(['eu-1.1(4)', 'eu-2.1(2)']);
    expect(made.methods).toEqual(['inter-cluster-serial']);
  });

  it('takes clusters side by side: inter-cluster distribution', () => {
    const made = planOf(tree, [{ clusters: ['eu-1', 'us-1'], order: 'parallel', batches: ['100%'] }]);
    expect(wavesOf(made)).toEqual(['eu-1.1(4) us-1.1(4)']);
    expect(made.methods).toEqual(['inter-cluster-distribution']);
  });

  it('combines all three, one stage after another', () => {
    const made = planOf(tree, [
      { clusters: ['eu-1'], batches: [1, '100%'] },
      { clusters: { kind: 'zone', in: 'us' }, order: 'parallel', maxParallel: 2, batches: ['50%', '100%'] },
    ]);
    expect(wavesOf(made)).toEqual([
      'eu-1.1(1)',
      'eu-1.2(3)',
      'us-1.1(2) us-2.1(1)',
      'us-1.2(2) us-2.2(1)',
      'us-3.1(2)',
      'us-3.2(2)',
    ]);
    expect(made.methods).toEqual(['intra-cluster', 'inter-cluster-serial', 'inter-cluster-distribution']);
  });

  it('ends a group before the next begins, though one of its clusters is done early', () => {
    const made = planOf({ a: 1, b: 4, c: 1 }, [
      { clusters: ['a', 'b', 'c'], order: 'parallel', maxParallel: 2, batches: [1, '50%', '100%'] },
    ]);
    expect(wavesOf(made)).toEqual(['a.1(1) b.1(1)', 'b.2(1)', 'b.3(2)', 'c.1(1)']);
  });

  it('takes units in the order of the document and counts what has changed', () => {
    const made = planOf(tree, [{ clusters: ['eu'], batches: [1, '100%'] }]);
    const rows = made.batches.map(({ id, wave, units, cumulativeUnits, cumulativeShare }) => [
      id,
      wave,
      units.map((unit) => unit.id).join(),
      cumulativeUnits,
      cumulativeShare,
    ]);
    expect(rows).toEqual([
      ['eu-1.1', 1, 'eu-1-1', 1, 0.1667],
      ['eu-1.2', 2, 'eu-1-2,eu-1-3,eu-1-4', 4, 0.6667],
      ['eu-2.1', 3, 'eu-2-1', 5, 0.8333],
      ['eu-2.2', 4, 'eu-2-2', 6, 1],
    ]);
  });

  it('carries the units whole, with driver, address and labels', () => {
    const topology = topologyOf({ a: 1, b: 1 });
    const [unit] = topology.spec.clusters[0]?.units ?? [];
    if (unit) Object.assign(unit, { address: '127.0.0.1:9101', labels: { tier: 'web' } });
    const release = releaseOf({ rollout: [{ clusters: ['a', 'b'], batches: ['100%'] }] });
    const result = plan(release, topology, policyOf());
    expect(result.ok && result.plan.batches[0]?.units).toEqual([
      { id: 'a-1', driver: 'exec', address: '127.0.0.1:9101', labels: { tier: 'web' } },
    ]);
  });

  it('prefers the interval of a batch to that of the first wave, and that to the default', () => {
    const interval = { first: '20m', default: '10m', batches: { 'eu-1.1': '30m', 'eu-1.2': '5m' } };
    const rollout = [{ clusters: ['eu-1', 'us-1'], order: 'parallel', batches: [1, '100%'] }];
    const made = planOf(tree, rollout, { interval });
    expect(made.batches.map((batch) => `${batch.id} ${batch.interval}`)).toEqual([
      'eu-1.1 30m',
      'us-1.1 20m',
      'eu-1.2 5m',
      'us-1.2 10m',
    ]);
    expect(made.observation).toBe('40m');
    expect(made.duration).toBe('40m');
  });

  it('pins the drivers of the topology', () => {
    const made = planOf(tree, [{ clusters: ['eu'], batches: [1, '100%'] }]);
    expect(made.drivers.exec?.deploy).toEqual(['true']);
  });

  it('keeps every rule of the shipped policy in the usual form', () => {
    const made = planOf({ 'eu-1': 40 }, [{ clusters: ['eu-1'], batches: [1, '10%', '50%', '100%'] }]);
    expect(made.findings).toEqual([]);
    expect(made.approval).toBeNull();
  });
});

describe('a release that cannot be planned', () => {
  const rollout = (stage: object): object[] => [{ batches: [1, '100%'], ...stage }];
  const first = (problems: readonly { path: string; message: string }[]): string[] =>
    problems.map(({ path, message }) => `${path}: ${message}`);

  it('names clusters that do not exist, with what was meant', () => {
    expect(first(problemsOf(tree, rollout({ clusters: ['eu-1', 'us-4', 'mars'] })))).toEqual([
      'spec.rollout[0].clusters[1]: the topology has no cluster us-4, did you mean `us-1`?',
      'spec.rollout[0].clusters[2]: the topology has no cluster mars',
    ]);
  });

  it('names a cluster to select in that does not exist', () => {
    expect(first(problemsOf(tree, rollout({ clusters: { kind: 'zone', in: 'asia' } })))).toEqual([
      'spec.rollout[0].clusters.in: the topology has no cluster asia',
    ]);
  });

  it('has a selector that matches nothing', () => {
    expect(first(problemsOf(tree, rollout({ clusters: { kind: 'vpc' } })))).toEqual([
      'spec.rollout[0].clusters: matches no cluster of the topology',
    ]);
  });

  it('takes a cluster in two stages', () => {
    const stages = [...rollout({ clusters: ['eu-2'] }), ...rollout({ clusters: ['eu'] })];
    expect(first(problemsOf(tree, stages))).toEqual([
      'spec.rollout[1].clusters[0]: takes cluster eu-2, which spec.rollout[0].clusters[0] takes already',
    ]);
  });

  it('ends with a number that a cluster is larger than', () => {
    expect(first(problemsOf(tree, rollout({ clusters: ['eu', 'us'], batches: [1, 3] })))).toEqual([
      'spec.rollout[0].batches[1]: stops at 3, but cluster eu-1 has 4 units (and 2 more clusters are larger); end with 100%',
    ]);
  });

  it('may end with a number that every cluster reaches', () => {
    expect(problemsOf(tree, rollout({ clusters: ['eu', 'us'], batches: [1, 4] }))).toEqual([]);
  });

  it('sets the interval of a batch that there is not', () => {
    const interval = { batches: { 'eu-1.1': '5m', 'eu-1.9': '5m' } };
    expect(first(problemsOf(tree, rollout({ clusters: ['eu-1'] }), { interval }))).toEqual([
      'spec.interval.batches["eu-1.9"]: the plan has no batch eu-1.9, did you mean `eu-1.1`?',
    ]);
  });

  it('is told everything at once, and that it is about the release', () => {
    const problems = problemsOf(tree, [
      ...rollout({ clusters: ['mars'] }),
      ...rollout({ clusters: ['eu-1'], batches: [1, 2] }),
    ]);
    expect(problems.map(({ source }) => source)).toEqual(['release', 'release']);
  });

  it('meets a topology with a unit that is listed twice', () => {
    const topology = topologyOf({ a: 2, b: 2 });
    const [unit] = topology.spec.clusters[1]?.units ?? [];
    if (unit) unit.id = 'a-1';
    const result = plan(releaseOf({ rollout: rollout({ clusters: ['a'] }) }), topology, policyOf());
    expect(result).toMatchObject({
      ok: false,
      problems: [{ source: 'topology', path: 'spec.clusters[1].units[0].id' }],
    });
  });
});
