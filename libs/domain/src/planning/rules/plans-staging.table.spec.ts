import { describe, expect, it } from '@jest/globals';
import { expectedOf, patchesOf, type Row, resultOf, STAGING } from './plans.spec-support.js';

const staged = (traffic?: object) => ({ staging: { ...STAGING, ...(traffic ? { traffic } : {}) } });
const atMost = (maxProduction: string) => ({ staging: { maxProduction } });
const REQUIRED = { staging: { required: ['high', 'core'] } };
const OF_ANOTHER = [{ name: 'prices', units: [{ id: 'stage-1', address: '10.9.0.1:8001' }] }];

const ROWS: readonly Row[] = [
  { plan: 'STG-1: what is usual', spec: staged(), environment: {}, finds: [] },
  {
    plan: 'STG-1: as much of production as the policy allows',
    spec: staged({ production: '5%' }),
    policy: atMost('5%'),
    environment: {},
    finds: [],
  },
  {
    plan: 'STG-1: a hundredth of a percent more than it allows',
    spec: staged({ production: '5.01%' }),
    policy: atMost('5%'),
    environment: {},
    finds: ['blocks STG-1 at spec.staging.traffic.production'],
  },
  {
    plan: 'STG-1: what is usual, where the policy allows less',
    spec: staged(),
    policy: atMost('0.5%'),
    environment: {},
    finds: ['blocks STG-1 at spec.staging.traffic.production'],
  },
  {
    plan: 'STG-1: all of production, where no policy says less',
    spec: staged({ production: '100%' }),
    environment: {},
    finds: [],
  },
  {
    plan: 'STG-1: nearly all of the internal traffic',
    spec: staged({ internal: '99.99%' }),
    environment: {},
    finds: ['warns STG-1 at spec.staging.traffic.internal'],
  },
  {
    plan: 'STG-1: too much of production and too little of the internal traffic',
    spec: staged({ internal: '50%', production: '20%' }),
    policy: atMost('5%'),
    environment: {},
    finds: ['blocks STG-1 at spec.staging.traffic.production', 'warns STG-1 at spec.staging.traffic.internal'],
  },
  {
    plan: 'STG-1: nothing says which traffic is internal',
    spec: staged(),
    environment: { internal: undefined },
    finds: ['blocks STG-1 at environment spec.internal'],
  },
  {
    plan: 'STG-1: a header says which traffic is internal',
    spec: staged(),
    environment: { internal: { headers: [{ name: 'x-internal', value: 'yes' }] } },
    finds: [],
  },
  {
    plan: 'STG-1: an environment that is not at hand',
    spec: staged(),
    finds: ['warns STG-1 at spec.staging.environment'],
    hopeless: ['STG-1'],
  },
  {
    plan: 'STG-2: nobody can read its calls',
    spec: staged(),
    environment: { calls: undefined },
    finds: ['blocks STG-2 at environment spec.calls'],
  },
  { plan: 'STG-2: its services send spans', spec: staged(), environment: { calls: [{ otlp: true }] }, finds: [] },
  {
    plan: 'STG-1 and STG-2: an environment that says nothing of itself',
    spec: staged(),
    environment: { calls: [], internal: {} },
    finds: ['blocks STG-1 at environment spec.internal', 'blocks STG-2 at environment spec.calls'],
  },
  { plan: 'STG-3: a risk that goes straight to production', policy: REQUIRED, finds: [] },
  {
    plan: 'STG-3: a risk that has to pass staging, with its environment at hand',
    spec: { risk: 'high' },
    policy: REQUIRED,
    environment: {},
    finds: ['blocks STG-3 at spec.staging'],
  },
  {
    plan: 'STG-3: a risk that has to pass staging, with no environment at hand',
    spec: { risk: 'core' },
    policy: REQUIRED,
    finds: ['blocks STG-3 at spec.staging'],
  },
  {
    plan: 'STG-3: a risk that has to pass staging and does',
    spec: { risk: 'core', ...staged() },
    policy: REQUIRED,
    environment: {},
    finds: [],
  },
  {
    plan: 'STG-3: where less of production is allowed than is usual',
    spec: { risk: 'high' },
    policy: { staging: { required: ['high'], maxProduction: '0.5%' } },
    environment: {},
    finds: ['blocks STG-3 at spec.staging'],
  },
  {
    plan: 'STG-3: the environment at hand says nothing of itself',
    spec: { risk: 'high' },
    policy: REQUIRED,
    environment: { calls: [], internal: {} },
    finds: ['blocks STG-3 at spec.staging'],
    adds: ['STG-3 adds STG-1', 'STG-3 adds STG-2'],
  },
];

describe('STG: what a staging environment is given, and what is seen of it', () => {
  it.each(ROWS)('$plan', (row) => {
    expect(resultOf(row)).toEqual(expectedOf(row));
  });

  it('STG-3: where the environment at hand has no such service, its author has to name another', () => {
    const row = { plan: '', spec: { risk: 'high' }, policy: REQUIRED, finds: [] };
    const ofAnother = { ...row, environment: { services: OF_ANOTHER } };
    expect(patchesOf(ofAnother, 'STG-3')).toEqual(patchesOf(row, 'STG-3'));
    expect(patchesOf(row, 'STG-3')).toEqual([
      'release add /spec/staging {environment: checkout-staging, traffic: {production: 1%, internal: 100%, mode: split}, observe: 10m}; fill in /spec/staging/environment',
    ]);
  });
});
