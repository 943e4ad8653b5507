import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { rbk1 } from './rbk-1.js';

describe('RBK-1: every unit can be rolled back', () => {
  it('is kept by exec with its commands', () => {
    expect(rbk1(factsAbout([batch('a.1', 1, 3)]))).toEqual([]);
  });

  it('is broken by exec without commands', () => {
    const [finding] = rbk1(factsAbout([batch('a.1', 1, 3)], { drivers: {} }));
    expect(finding).toMatchObject({ rule: 'RBK-1', severity: 'block', batch: null });
    expect(finding?.message).toContain('3 units (a.1-1, …)');
  });

  it('is broken by one unit with a driver that does not exist', () => {
    const [finding, ...others] = rbk1(factsAbout([batch('a.1', 1, 1), batch('a.2', 2, 1, '10m', 'teleport')]));
    expect(others).toEqual([]);
    expect(finding?.message).toBe('1 unit (a.2-1) could not be rolled back: there is no driver teleport');
  });
});
