import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { int4 } from './int-4.js';
import { patchesOf } from './plans.spec-support.js';

const spec = { risk: 'core' };

describe('INT-4: the first batch of core risk is observed for twenty minutes', () => {
  it('is kept by twenty minutes, whatever comes after', () => {
    expect(int4(factsAbout([batch('a.1', 1, 1, '20m'), batch('a.2', 2, 1, '1m')], { spec }))).toEqual([]);
  });

  it('is broken by a second less', () => {
    expect(int4(factsAbout([batch('a.1', 1, 1, '19m59s')], { spec }))).toEqual([
      {
        rule: 'INT-4',
        severity: 'block',
        batch: 'a.1',
        message: 'goes first and is observed for 19m59s, core risk asks for at least 20m',
        remedy: 'set interval.first to 20m or more',
        path: 'spec.interval.first',
      },
    ]);
  });

  it('goes for every batch of the first wave', () => {
    const batches = [batch('a.1', 1, 1, '20m'), batch('b.1', 1, 1, '5m'), batch('c.1', 1, 1, '5m')];
    expect(int4(factsAbout(batches, { spec })).map((finding) => finding.batch)).toEqual(['b.1', 'c.1']);
  });

  it('names the interval of its own that a batch has', () => {
    const interval = { batches: { 'a.1': '5m' } };
    const [finding] = int4(factsAbout([batch('a.1', 1, 1, '5m')], { spec: { ...spec, interval } }));
    expect(finding?.remedy).toBe('set interval.batches["a.1"] to 20m or more');
  });

  it('asks nothing of other risks', () => {
    expect(int4(factsAbout([batch('a.1', 1, 1, '1m')], { spec: { risk: 'high' } }))).toEqual([]);
  });

  it('is put right by the first interval, or by that of the batch where it has one', () => {
    const of = (interval: object | undefined) => patchesOf({ spec: { ...spec, interval } }, 'INT-4');
    expect(of(undefined)).toEqual(['release add /spec/interval {default: 10m, first: 20m}']);
    expect(of({ default: '15m' })).toEqual(['release add /spec/interval/first 20m']);
    expect(of({ first: '30m', batches: { 'a.1': '15m' } })).toEqual(['release add /spec/interval/batches/a.1 20m']);
  });
});
