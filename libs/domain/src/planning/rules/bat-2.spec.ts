import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { bat2 } from './bat-2.js';

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
});
