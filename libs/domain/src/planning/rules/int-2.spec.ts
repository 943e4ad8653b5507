import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import type { PlannedBatch } from '../types.js';
import { int2 } from './int-2.js';

const spec = { risk: 'high' };
const intervals = (...all: string[]): PlannedBatch[] =>
  all.map((interval, i) => batch(`a.${i + 1}`, i + 1, 1, interval));

describe('INT-2: a release of high risk runs for an hour', () => {
  it('is kept by an hour', () => {
    expect(int2(factsAbout(intervals('20m', '20m', '20m'), { spec }))).toEqual([]);
  });

  it('is broken by a millisecond less', () => {
    expect(int2(factsAbout(intervals('20m', '39m59s999ms'), { spec }))).toHaveLength(1);
  });

  it('says how long it runs, what is asked for, and which interval would do', () => {
    const [finding] = int2(factsAbout(intervals('10m', '10m', '10m', '10m'), { spec }));
    expect(finding).toMatchObject({ rule: 'INT-2', severity: 'block', batch: null });
    expect(finding?.message).toBe('runs for 40m in all, high risk asks for at least 1h');
    expect(finding?.remedy).toBe('set interval.default to 15m or more');
  });

  it('reckons with the intervals that the default does not decide', () => {
    const interval = { first: '20m', batches: { 'a.2': '5m' } };
    const [finding] = int2(factsAbout(intervals('20m', '5m', '10m', '10m'), { spec: { ...spec, interval } }));
    expect(finding?.remedy).toBe('set interval.default to 18m or more');
  });

  it('asks for longer intervals in general when the default decides none', () => {
    const interval = { first: '20m', batches: { 'a.2': '5m' } };
    const [finding] = int2(factsAbout(intervals('20m', '5m'), { spec: { ...spec, interval } }));
    expect(finding?.remedy).toBe('make the intervals 35m longer in all');
  });

  it('counts batches that run side by side once, by the longest interval', () => {
    const batches = [batch('a.1', 1, 1, '30m'), batch('b.1', 1, 1, '10m'), batch('a.2', 2, 1, '30m')];
    expect(int2(factsAbout(batches, { spec }))).toEqual([]);
  });

  it('asks nothing of other risks, unless the policy does', () => {
    const batches = intervals('1m', '1m');
    expect(int2(factsAbout(batches, { spec: { risk: 'standard' } }))).toEqual([]);
    expect(int2(factsAbout(batches, { spec: { risk: 'core' } }))).toEqual([]);
    expect(
      int2(factsAbout(batches, { spec: { risk: 'standard' }, policy: { total: { standard: '3m' } } })),
    ).toHaveLength(1);
  });

  it('still asks it of high risk when a policy asks something of another', () => {
    expect(int2(factsAbout(intervals('1m'), { spec, policy: { total: { standard: '3m' } } }))).toHaveLength(1);
  });
});
