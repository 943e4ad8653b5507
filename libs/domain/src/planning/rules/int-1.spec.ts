import { describe, expect, it } from '@jest/globals';
import { environmentOf } from '../documents.spec-support.js';
import { batch, factsAbout } from '../facts.spec-support.js';
import { int1 } from './int-1.js';
import { patchesOf } from './plans.spec-support.js';

describe('INT-1: every batch has an interval', () => {
  it('is kept by the shortest interval there is', () => {
    expect(int1(factsAbout([batch('a.1', 1, 1, '1ms'), batch('a.2', 2, 1, '10m')]))).toEqual([]);
  });

  it('is broken by the one batch that has none, and names it', () => {
    const findings = int1(factsAbout([batch('a.1', 1, 1, '10m'), batch('a.2', 2, 1, '0s')]));
    expect(findings).toMatchObject([{ rule: 'INT-1', severity: 'block', batch: 'a.2' }]);
  });

  it.each([
    ['the default', { default: '0s', first: '10m' }, 'set interval.default above 0s'],
    ['its own', { batches: { 'a.2': '0s' } }, 'set interval.batches["a.2"] above 0s'],
  ])('says which field to change when it is %s', (_, interval, remedy) => {
    const batches = [batch('a.1', 1, 1, '10m'), batch('a.2', 2, 1, '0s')];
    expect(int1(factsAbout(batches, { spec: { interval } }))).toMatchObject([{ remedy }]);
  });

  it('says interval.first for a batch of the first wave that has it', () => {
    const spec = { interval: { first: '0s' } };
    expect(int1(factsAbout([batch('a.1', 1, 1, '0s')], { spec }))).toMatchObject([
      { remedy: 'set interval.first above 0s' },
    ]);
  });

  it('is broken by a staging environment that has none; only a change of it could bring that about', () => {
    const facts = factsAbout([batch('a.1', 1, 1)], {
      spec: { staging: { environment: 'checkout-staging' } },
      environment: environmentOf(1),
    });
    expect(int1(facts)).toEqual([]);
    const changed = { ...facts, staging: facts.staging && { ...facts.staging, interval: '0s' } };
    expect(int1(changed)).toMatchObject([{ batch: 'staging', remedy: 'set staging.observe above 0s' }]);
  });

  it('is put right by what is usual, in the field that decides', () => {
    const of = (interval: object) => patchesOf({ spec: { interval } }, 'INT-1');
    expect(of({ default: '0s', first: '1m', batches: { 'a.2': '1m' } })).toEqual([
      'release add /spec/interval/default 10m',
    ]);
    expect(of({ first: '0s' })).toEqual(['release add /spec/interval/first 10m']);
    expect(of({ batches: { 'a.2': '0s' } })).toEqual(['release add /spec/interval/batches/a.2 10m']);
    expect(of({ batches: { 'a.2': '0s' }, adaptive: { min: '11m', max: '1h' }, default: '20m' })).toEqual([
      'release add /spec/interval/batches/a.2 11m',
    ]);
  });
});
