import { describe, expect, it } from '@jest/globals';
import { environmentOf } from '../documents.spec-support.js';
import { batch, factsAbout } from '../facts.spec-support.js';
import { patchesOf } from './plans.spec-support.js';
import { stg2 } from './stg-2.js';

const batches = [batch('a.1', 1, 1), batch('a.2', 2, 1)];
const spec = { staging: { environment: 'checkout-staging' } };

describe('STG-2: that calls stay inside staging can be seen', () => {
  it('is kept where calls can be read', () => {
    expect(stg2(factsAbout(batches, { spec, environment: environmentOf(1) }))).toEqual([]);
  });

  it('is broken where they cannot', () => {
    expect(stg2(factsAbout(batches, { spec, environment: environmentOf(1, { calls: [] }) }))).toEqual([
      {
        rule: 'STG-2',
        severity: 'block',
        batch: 'staging',
        message: 'the environment checkout-staging names no place where calls can be read: a leak would not be found',
        remedy: "add the router's and the services' access logs, or otlp, to its spec.calls",
        path: 'spec.calls',
        source: 'environment',
      },
    ]);
  });

  it('has nothing to say without staging, nor of an environment that is not at hand', () => {
    expect(stg2(factsAbout(batches))).toEqual([]);
    expect(stg2(factsAbout(batches, { spec }))).toEqual([]);
  });

  it('is put right by the spans of the services', () => {
    expect(patchesOf({ spec, environment: { calls: undefined } }, 'STG-2')).toEqual([
      'environment add /spec/calls [{otlp: true}]',
    ]);
  });
});
