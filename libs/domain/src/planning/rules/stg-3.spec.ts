import { describe, expect, it } from '@jest/globals';
import { batch, factsAbout } from '../facts.spec-support.js';
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
});
