import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { bat2 } from './bat-2.js';
import { patchesOf } from './plans.spec-support.js';

const three = [batch('a.1', 1, 1), batch('a.2', 2, 1), batch('a.3', 3, 1)];

describe('BAT-2: at least two batches', () => {
  it('is kept by two', () => {
    expect(bat2(factsAbout(three.slice(0, 2)))).toEqual([]);
  });

  it('is broken by one', () => {
    const [finding] = bat2(factsAbout(three.slice(0, 1)));
    expect(finding).toMatchObject({ rule: 'BAT-2', severity: 'block' });
    expect(finding?.message).toBe('has 1 batch, the policy asks for at least 2');
  });

  it('is kept at the number that a stricter policy asks for, and broken one below', () => {
    expect(bat2(factsAbout(three, { policy: { minBatches: 3 } }))).toEqual([]);
    expect(bat2(factsAbout(three, { policy: { minBatches: 4 } }))).toHaveLength(1);
  });

  it('is broken by batches that all run at once', () => {
    const [finding] = bat2(factsAbout([batch('a.1', 1, 5), batch('b.1', 1, 5)]));
    expect(finding?.message).toContain('everything changes at once');
  });

  it('is put right by units that go first one by one, as few as will do', () => {
    const units = { a: 20 };
    const rollout = [{ clusters: ['a'], batches: ['10%', '100%'] }];
    expect(patchesOf({ units, rollout, policy: { minBatches: 3 } }, 'BAT-2')).toEqual([
      'release add /spec/rollout/0/batches [1, 10%, 100%]',
    ]);
    // Counting to two would give as many batches as 10% alone: that is two units.
    expect(patchesOf({ units, rollout, policy: { minBatches: 5 } }, 'BAT-2')).toEqual([
      'release add /spec/rollout/0/batches [1, 2, 3, 4, 10%, 100%]',
    ]);
  });

  it('is put right in the one stage that can, and where none can in all of them', () => {
    const stages = [
      { clusters: ['a'], batches: ['100%'] },
      { clusters: ['b'], batches: ['100%'] },
    ];
    const policy = { minBatches: 4 };
    expect(patchesOf({ units: { a: 1, b: 9 }, rollout: stages, policy }, 'BAT-2')).toEqual([
      'release add /spec/rollout/1/batches [1, 2, 100%]',
    ]);
    // More batches of b alone would begin with less than a goes first with.
    expect(patchesOf({ units: { a: 2, b: 9 }, rollout: stages, policy }, 'BAT-2')).toEqual([
      'release add /spec/rollout/0/batches [1, 100%], add /spec/rollout/1/batches [1, 100%]',
    ]);
  });

  it('is put right by one cluster after the other where each has one unit', () => {
    const rollout = [{ clusters: ['a', 'b'], order: 'parallel', maxParallel: 5, batches: ['100%'] }];
    expect(patchesOf({ units: { a: 1, b: 1 }, rollout }, 'BAT-2')).toEqual([
      'release add /spec/rollout/0/order serial, remove /spec/rollout/0/maxParallel',
    ]);
    expect(patchesOf({ units: { a: 1, b: 2 }, rollout }, 'BAT-2')).toEqual([
      'release add /spec/rollout/0/batches [1, 100%]',
    ]);
  });
});
