import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { bat1 } from './bat-1.js';

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
});
