import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import type { PlannedBatch } from '../types.js';
import { int2 } from './int-2.js';
import { patchesOf } from './plans.spec-support.js';

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

  it('is put right by the least default that is enough, as a whole where the release has no intervals', () => {
    const of = (interval: object | undefined) => patchesOf({ spec: { ...spec, interval } }, 'INT-2');
    expect(of(undefined)).toEqual(['release add /spec/interval {default: 20m}']);
    expect(of({})).toEqual(['release add /spec/interval {default: 20m}']);
    expect(of({ first: '29m' })).toEqual(['release add /spec/interval/default 16m']);
    expect(of({ first: '10m', batches: { 'a.2': '9m', 'a.3': '8m30s' } })).toEqual([
      'release add /spec/interval/first 43m',
    ]);
    expect(of({ batches: { 'a.1': '10m', 'a.2': '10m', 'a.3': '10m' } })).toEqual([
      'release add /spec/interval/batches/a.3 40m',
    ]);
  });

  it('reckons with batches side by side of which the default decides only some', () => {
    const rollout = [{ clusters: ['a', 'b'], order: 'parallel', batches: [1, '50%', '100%'] }];
    const interval = { default: '10m', batches: { 'b.1': '15m', 'a.2': '25m' } };
    expect(patchesOf({ units: { a: 4, b: 4 }, rollout, spec: { ...spec, interval } }, 'INT-2')).toEqual([
      'release add /spec/interval/default 18m',
    ]);
  });

  it('makes room for the default where intervals adapt', () => {
    const interval = { default: '15m', adaptive: { min: '5m', max: '15m' } };
    expect(patchesOf({ spec: { ...spec, interval } }, 'INT-2')).toEqual([
      'release add /spec/interval/default 20m, add /spec/interval/adaptive/max 20m',
    ]);
  });
});
