import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { bat4 } from './bat-4.js';

describe('BAT-4: what cannot be phased is escalated', () => {
  it('has nothing to say of a release that is phased', () => {
    expect(bat4(factsAbout([batch('a.1', 1, 1), batch('a.2', 2, 5)]))).toEqual([]);
  });

  it('has nothing to say of one that is phased badly', () => {
    expect(bat4(factsAbout([batch('a.1', 1, 5, '0s'), batch('a.2', 2, 1, '0s')]))).toEqual([]);
  });

  it('asks for the level of exceptions when there is but one batch', () => {
    const policy = { levels: ['peer', 'owner', 'board'], approvals: { exception: 'board' } };
    const [finding] = bat4(factsAbout([batch('a.1', 1, 5)], { policy }));
    expect(finding).toMatchObject({ rule: 'BAT-4', severity: 'block' });
    expect(finding?.message).toContain('level board');
  });

  it('says so where there is nothing to phase, and who has to approve', () => {
    const policy = { minBatches: 3 };
    const [finding] = bat4(factsAbout([batch('a.1', 1, 1), batch('a.2', 2, 1)], { policy }));
    expect(finding?.remedy).toBe(
      '2 units cannot be phased into 3 batches: have it approved by director with the reason why',
    );
    const [other] = bat4(factsAbout([batch('a.1', 1, 1), batch('a.2', 2, 2)], { policy }));
    expect(other?.remedy).toBe('phase it, or have it approved by director with the reason why not');
  });

  it('asks for it when everything changes at once', () => {
    expect(bat4(factsAbout([batch('a.1', 1, 1), batch('b.1', 1, 1)]))).toHaveLength(1);
  });
});
