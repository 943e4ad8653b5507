import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { bat1 } from './bat-1.js';
import { patchesOf } from './plans.spec-support.js';

describe('BAT-1: at least one of the three batching methods', () => {
  it.each([
    ['several batches in one cluster', [batch('a.1', 1, 1), batch('a.2', 2, 1)]],
    ['one cluster after another', [batch('a.1', 1, 1), batch('b.1', 2, 1)]],
    ['clusters side by side', [batch('a.1', 1, 1), batch('b.1', 1, 1)]],
  ])('is kept by %s', (_, batches) => {
    expect(bat1(factsAbout(batches))).toEqual([]);
  });

  it('is broken by one batch of one cluster, however large', () => {
    expect(bat1(factsAbout([batch('a.1', 1, 50)]))).toMatchObject([{ rule: 'BAT-1', severity: 'block', batch: null }]);
  });

  it('is put right by one unit first, and by nothing where there is but one', () => {
    const rollout = [{ clusters: ['a'], batches: ['100%'] }];
    expect(patchesOf({ rollout }, 'BAT-1')).toEqual(['release add /spec/rollout/0/batches [1, 100%]']);
    expect(patchesOf({ rollout, units: { a: 1 } }, 'BAT-1')).toEqual(['none']);
    const [finding] = bat1(factsAbout([batch('a.1', 1, 1)]));
    expect(finding?.remedy).toBe(
      '1 unit cannot be phased into 2 batches: have it approved by director with the reason why',
    );
  });
});
