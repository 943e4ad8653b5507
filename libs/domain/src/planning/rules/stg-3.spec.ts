import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
import { patchesOf } from './plans.spec-support.js';
import { stg3 } from './stg-3.js';

const batches = [batch('a.1', 1, 1), batch('a.2', 2, 1)];
const policy = { staging: { required: ['high', 'core'] } };

describe('STG-3: production opens only after staging, where the policy asks for it', () => {
  it('asks nothing unless a policy does', () => {
    expect(stg3(factsAbout(batches))).toEqual([]);
    expect(stg3(factsAbout(batches, { policy: { staging: {} } }))).toEqual([]);
  });

  it('asks it of the risks that are named, and of no other', () => {
    expect(stg3(factsAbout(batches, { policy }))).toEqual([]);
    expect(stg3(factsAbout(batches, { policy, spec: { risk: 'high' } }))).toEqual([
      {
        rule: 'STG-3',
        severity: 'block',
        batch: null,
        message: 'goes straight to production; the policy asks releases of risk high to pass staging first',
        remedy: 'add staging: { environment: … }',
        path: 'spec.staging',
      },
    ]);
  });

  it('is kept by a release that begins in staging, even if its environment is not at hand', () => {
    const spec = { risk: 'core', staging: { environment: 'checkout-staging' } };
    expect(stg3(factsAbout(batches, { policy, spec }))).toEqual([]);
  });

  it('is put right by the environment at hand, with no more traffic than is allowed', () => {
    const strict = { staging: { required: ['high'], maxProduction: '0.5%' } };
    expect(patchesOf({ spec: { risk: 'high' }, policy: strict, environment: {} }, 'STG-3')).toEqual([
      'release add /spec/staging {environment: checkout-staging, traffic: {production: 0.5%, internal: 100%, mode: split}, observe: 10m}',
    ]);
  });

  it('is put right by one that its author names where none is at hand', () => {
    const [patch] = patchesOf({ spec: { risk: 'high' }, policy }, 'STG-3');
    expect(patch).toMatch(/; fill in \/spec\/staging\/environment$/);
  });
});
