import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { int5 } from './int-5.js';
import { patchesOf } from './plans.spec-support.js';

const batches = [batch('a.1', 1, 1), batch('a.2', 2, 1)];
const adaptive = { min: '5m', max: '15m' };
const beginningWith = (usual: string) => factsAbout(batches, { spec: { interval: { default: usual, adaptive } } });

describe('INT-5: adaptive intervals begin within their own bounds', () => {
  it.each(['5m', '10m', '15m'])('is kept by %s', (usual) => {
    expect(int5(beginningWith(usual))).toEqual([]);
  });

  it('is broken by a second less or more, and says which bound', () => {
    expect(int5(beginningWith('4m59s'))).toEqual([
      {
        rule: 'INT-5',
        severity: 'block',
        batch: null,
        message: 'adapts intervals from 5m to 15m, but begins with 4m59s',
        remedy: 'set interval.default to 5m, or interval.adaptive.min to 4m59s',
        path: 'spec.interval.default',
      },
    ]);
    expect(int5(beginningWith('15m1s'))).toMatchObject([
      { remedy: 'set interval.default to 15m, or interval.adaptive.max to 15m1s' },
    ]);
  });

  it('has nothing to say of the first interval, nor of those of batches: they stay as they are', () => {
    const interval = { first: '1h', batches: { 'a.2': '1m' }, adaptive };
    expect(int5(factsAbout(batches, { spec: { interval } }))).toEqual([]);
  });

  it('has nothing to say of intervals that do not adapt', () => {
    expect(int5(factsAbout(batches, { spec: { interval: { default: '0s' } } }))).toEqual([]);
  });

  it('is put right by another beginning, or by a wider bound where that would break another rule', () => {
    expect(patchesOf({ spec: { interval: { default: '20m', adaptive } } }, 'INT-5')).toEqual([
      'release add /spec/interval/default 15m',
    ]);
    expect(patchesOf({ spec: { risk: 'high', interval: { default: '20m', adaptive } } }, 'INT-5')).toEqual([
      'release add /spec/interval/adaptive/max 20m',
    ]);
  });
});
