import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { int4 } from './int-4.js';

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
});
