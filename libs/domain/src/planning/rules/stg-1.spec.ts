import { describe, expect, it } from '@jest/globals';
import { environmentOf } from '../documents.spec-support.js';
import { batch, factsAbout } from '../facts.spec-support.js';
import { patchesOf, STAGING } from './plans.spec-support.js';
import { stg1 } from './stg-1.js';

const batches = [batch('a.1', 1, 1), batch('a.2', 2, 1)];
const environment = environmentOf(1);
const taking = (traffic: object) => ({ staging: { environment: 'checkout-staging', traffic } });

describe('STG-1: staging takes all internal traffic and a set share of production traffic', () => {
  it('has nothing to say of a release that goes straight to production', () => {
    expect(stg1(factsAbout(batches))).toEqual([]);
  });

  it('is kept by what is usual', () => {
    expect(stg1(factsAbout(batches, { spec: taking({}), environment }))).toEqual([]);
  });

  it('takes no more of production than the policy allows', () => {
    const policy = { staging: { maxProduction: '1%' } };
    const more = stg1(factsAbout(batches, { spec: taking({ production: '1.01%' }), environment, policy }));
    expect(more).toEqual([
      {
        rule: 'STG-1',
        severity: 'block',
        batch: 'staging',
        message: 'takes 1.01% of production traffic; the policy allows at most 1%',
        remedy: 'set staging.traffic.production to 1% or less',
        path: 'spec.staging.traffic.production',
      },
    ]);
    expect(stg1(factsAbout(batches, { spec: taking({ production: '1.00%' }), environment, policy }))).toEqual([]);
    expect(stg1(factsAbout(batches, { spec: taking({ production: '100%' }), environment }))).toEqual([]);
  });

  it('tells people when some of the internal traffic goes past it', () => {
    const [finding, ...others] = stg1(factsAbout(batches, { spec: taking({ internal: '99.99%' }), environment }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'warn', message: 'takes only 99.99% of the internal traffic' });
  });

  it('tells people when the environment is not at hand', () => {
    const [finding, ...others] = stg1(factsAbout(batches, { spec: taking({}) }));
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ severity: 'warn', remedy: expect.stringContaining('sluice plan -e') });
  });

  it('is broken when nothing tells which traffic is internal; a network or a header does', () => {
    const silent = environmentOf(1, { internal: {} });
    expect(stg1(factsAbout(batches, { spec: taking({}), environment: silent }))).toMatchObject([
      { severity: 'block', remedy: 'name networks or headers in its spec.internal' },
    ]);
    const byHeader = environmentOf(1, { internal: { headers: [{ name: 'x-internal', value: 'yes' }] } });
    expect(stg1(factsAbout(batches, { spec: taking({}), environment: byHeader }))).toEqual([]);
  });

  it('is put right by as much as is allowed, and by all of the internal traffic', () => {
    const policy = { staging: { maxProduction: '0.5%' } };
    const of = (traffic?: object) =>
      patchesOf({ spec: traffic ? taking(traffic) : { staging: STAGING }, policy, environment: {} }, 'STG-1');
    // What is left to its defaults may be absent, and there would be nothing to add a member to.
    expect(of()).toEqual(['release add /spec/staging/traffic {production: 0.5%, internal: 100%, mode: split}']);
    expect(of({ production: '5%' })).toEqual(['release add /spec/staging/traffic/production 0.5%']);
    expect(of({ production: '0.5%', internal: '50%' })).toEqual(['release add /spec/staging/traffic/internal 100%']);
  });

  it('is put right in the environment, by networks that its owner fills in', () => {
    expect(patchesOf({ spec: { staging: STAGING }, environment: { internal: undefined } }, 'STG-1')).toEqual([
      'environment add /spec/internal {networks: [10.0.0.0/8]}; fill in /spec/internal/networks/0',
    ]);
  });
});
