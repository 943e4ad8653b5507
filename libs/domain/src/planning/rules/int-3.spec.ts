import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { int3 } from './int-3.js';

const core = { risk: 'core' };

describe('INT-3: a release of core risk is observed for half an hour', () => {
  it('is kept by half an hour', () => {
    expect(int3(factsAbout([batch('a.1', 1, 1, '20m'), batch('a.2', 2, 1, '10m')], { spec: core }))).toEqual([]);
  });

  it('is broken by a second less, and says so', () => {
    const [finding] = int3(factsAbout([batch('a.1', 1, 1, '20m'), batch('a.2', 2, 1, '9m59s')], { spec: core }));
    expect(finding).toMatchObject({ rule: 'INT-3', severity: 'block', batch: null });
    expect(finding?.message).toBe('is observed for 29m59s in all, core risk asks for at least 30m');
  });

  it('asks for as much as a stricter policy does', () => {
    const batches = [batch('a.1', 1, 1, '20m'), batch('a.2', 2, 1, '39m')];
    expect(int3(factsAbout(batches, { spec: core, policy: { observe: { core: '59m' } } }))).toEqual([]);
    expect(int3(factsAbout(batches, { spec: core, policy: { observe: { core: '60m' } } }))).toHaveLength(1);
  });

  it('asks nothing of other risks', () => {
    expect(int3(factsAbout([batch('a.1', 1, 1, '1m')], { spec: { risk: 'high' } }))).toEqual([]);
  });
});
