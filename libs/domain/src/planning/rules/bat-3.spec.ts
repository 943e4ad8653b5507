import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import type { PlannedBatch } from '../types.js';
import { bat3 } from './bat-3.js';
import { patchesOf } from './plans.spec-support.js';

const sizes = (...all: number[]): PlannedBatch[] => all.map((size, i) => batch(`a.${i + 1}`, i + 1, size));

describe('BAT-3: the first batch is the smallest', () => {
  it('is kept by one unit first and batches that grow', () => {
    expect(bat3(factsAbout(sizes(1, 2, 5, 12)))).toEqual([]);
  });

  it('is kept by batches that stay the same', () => {
    expect(bat3(factsAbout(sizes(1, 1, 1)))).toEqual([]);
  });

  it('warns of more than one unit first', () => {
    const findings = bat3(factsAbout(sizes(2, 2)));
    expect(findings).toMatchObject([{ severity: 'warn', batch: 'a.1' }]);
    expect(findings[0]?.message).toBe('the first batch changes 2 units; the policy wants at most 1 to go first');
  });

  it('takes the number and the severity from the policy', () => {
    const policy = { firstBatch: { maxUnits: 3, severity: 'block' } };
    expect(bat3(factsAbout(sizes(3, 3), { policy }))).toEqual([]);
    expect(bat3(factsAbout(sizes(4, 4), { policy }))).toMatchObject([{ severity: 'block' }]);
  });

  it('counts clusters that go first side by side together', () => {
    const findings = bat3(factsAbout([batch('a.1', 1, 1), batch('b.1', 1, 1), batch('a.2', 2, 3), batch('b.2', 2, 3)]));
    expect(findings).toMatchObject([{ severity: 'warn', batch: null }]);
    expect(findings[0]?.message).toContain('2 units in 2 clusters');
  });

  it('blocks a first batch that is larger than one of another cluster', () => {
    const findings = bat3(factsAbout([batch('a.1', 1, 3), batch('a.2', 2, 3), batch('b.1', 3, 2), batch('b.2', 4, 2)]));
    expect(findings).toContainEqual({
      rule: 'BAT-3',
      severity: 'block',
      batch: 'a.1',
      message: 'goes first with 3 units, but b.1 has only 2',
      remedy: 'begin the batches of the first stage with 2 or less',
      path: 'spec.rollout[0].batches[0]',
    });
  });

  it('does not compare the batches of the first wave with each other', () => {
    const findings = bat3(
      factsAbout([batch('a.1', 1, 9), batch('b.1', 1, 2), batch('a.2', 2, 90), batch('b.2', 2, 18)]),
    );
    expect(findings.filter(({ severity }) => severity === 'block')).toEqual([]);
  });

  it('blocks a batch that is smaller than the one before it in its cluster, and says what would do', () => {
    expect(bat3(factsAbout(sizes(1, 5, 2)))).toEqual([
      {
        rule: 'BAT-3',
        severity: 'block',
        batch: 'a.3',
        message: 'adds 2 units after a.2 added 5; batches of a cluster may not shrink',
        remedy: 'let a.2 add 3 units at most',
        path: 'spec.rollout',
      },
    ]);
  });

  it('lets a cluster begin small again after another one ended large', () => {
    const findings = bat3(factsAbout([batch('a.1', 1, 1), batch('a.2', 2, 9), batch('b.1', 3, 1), batch('b.2', 4, 9)]));
    expect(findings).toEqual([]);
  });

  it('names twenty shrinking batches and counts the rest', () => {
    const batches = Array.from({ length: 30 }, (_, i) => [
      batch(`c${i}.1`, 3 * i + 1, 1),
      batch(`c${i}.2`, 3 * i + 2, 5),
      batch(`c${i}.3`, 3 * i + 3, 2),
    ]);
    const findings = bat3(factsAbout(batches.flat()));
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({ batch: null, message: 'the same goes for 10 more batches' });
  });

  it.each([
    ['the first step, where that shrinks nothing', 10, ['20%', '100%'], '[1, 100%]'],
    [
      'a step before the others, where the second would be too large',
      8,
      ['25%', '50%', '75%', '100%'],
      '[1, 25%, 50%, 75%, 100%]',
    ],
  ])('is put right by %s', (_, size, batches, steps) => {
    expect(patchesOf({ units: { a: size }, rollout: [{ clusters: ['a'], batches }] }, 'BAT-3')).toEqual([
      `release add /spec/rollout/0/batches ${steps}`,
    ]);
  });

  it('is put right by fewer clusters side by side, down to one at a time', () => {
    const units = { a: 4, b: 4, c: 4 };
    const rollout = [{ clusters: ['a', 'b', 'c'], order: 'parallel', batches: [1, '100%'] }];
    expect(patchesOf({ units, rollout, policy: { firstBatch: { maxUnits: 2 } } }, 'BAT-3')).toEqual([
      'release add /spec/rollout/0/maxParallel 2',
    ]);
    expect(patchesOf({ units, rollout }, 'BAT-3')).toEqual(['release add /spec/rollout/0/order serial']);
    const wide = [{ clusters: ['a', 'b', 'c'], order: 'parallel', batches: [2, '100%'] }];
    expect(patchesOf({ units, rollout: wide, policy: { firstBatch: { maxUnits: 3 } } }, 'BAT-3')).toEqual([
      'release add /spec/rollout/0/batches [1, 100%]',
    ]);
  });

  it('lets the batch before a shrinking one give units up, in a share where it is a share', () => {
    const shrinking = (...batches: unknown[]) => ({ units: { a: 10 }, rollout: [{ clusters: ['a'], batches }] });
    expect(patchesOf(shrinking(1, 8, '100%'), 'BAT-3')).toEqual(['release add /spec/rollout/0/batches [1, 5, 100%]']);
    expect(patchesOf(shrinking(1, '80%', '100%'), 'BAT-3')).toEqual([
      'release add /spec/rollout/0/batches [1, 50%, 100%]',
    ]);
  });

  it('has one change for all clusters of a stage, whatever their sizes', () => {
    const rollout = [{ clusters: ['a', 'b'], batches: [1, '80%', '100%'] }];
    const [one, ...others] = patchesOf({ units: { a: 10, b: 50 }, rollout }, 'BAT-3');
    expect(one).toBe('release add /spec/rollout/0/batches [1, 50%, 100%]');
    expect(others).toEqual([one]);
  });

  it('takes the intervals of batches along that there are no more', () => {
    const rollout = [{ clusters: ['a'], batches: [2, 4, '100%'] }];
    const shorter = (batches: object) =>
      patchesOf(
        { units: { a: 5 }, rollout, spec: { interval: { batches } }, policy: { firstBatch: { maxUnits: 2 } } },
        'BAT-3',
      );
    const steps = 'release add /spec/rollout/0/batches [2, 100%]';
    expect(shorter({ 'a.1': '30m', 'a.3': '30m' })[1]).toBe(`${steps}, remove /spec/interval/batches/a.3`);
    expect(shorter({ 'a.3': '30m' })[1]).toBe(`${steps}, remove /spec/interval/batches`);
  });
});
