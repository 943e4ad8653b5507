import { describe, expect, it } from '@jest/globals';
import { expectedOf, type Row, resultOf, STAGING } from './plans.spec-support.js';

const STRICT = {
  minBatches: 4,
  firstBatch: { maxUnits: 1, severity: 'block' },
  total: { standard: '2h', high: '2h', core: '2h' },
  observe: { standard: '90m', core: '60m' },
  first: { standard: '30m', core: '30m' },
  validation: { acceptable: ['metric'], deployment: ['file'] },
  staging: { required: ['standard', 'high', 'core'], maxProduction: '0.5%' },
};
const FILE = { name: 'online-file', file: { path: '/build-info.json', sha256: 'a'.repeat(64) } };
const ERRORS = { name: 'errors', metric: { events: 'errors_total', exposure: 'requests_total' } };
const AT_ONCE = [{ clusters: ['a', 'b'], order: 'parallel', batches: ['100%'] }];

const ROWS: readonly Row[] = [
  {
    plan: 'a strict policy, all of it kept and each number at its bound',
    units: { a: 8 },
    rollout: [{ clusters: ['a'], batches: [1, '25%', '50%', '100%'] }],
    spec: {
      interval: { default: '30m' },
      validate: [ERRORS, FILE],
      staging: { ...STAGING, traffic: { production: '0.5%' } },
    },
    policy: STRICT,
    environment: {},
    finds: [],
  },
  {
    plan: 'a strict policy, all of it broken',
    units: { a: 3, b: 5 },
    rollout: AT_ONCE,
    spec: { interval: { default: '0s' }, validate: [] },
    policy: STRICT,
    topology: ({ clusters }) => ({ clusters }),
    environment: {},
    finds: [
      'blocks BAT-2 at spec.rollout[0].batches',
      'blocks BAT-3 at spec.rollout[0].order',
      'blocks BAT-4 at spec.rollout[0].batches',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-2 at spec.interval.default',
      'blocks INT-3 at spec.interval.default',
      'blocks INT-4 at spec.interval.first',
      'blocks INT-4 at spec.interval.first',
      'blocks OBS-1 at spec.validate',
      'blocks OBS-2 at spec.validate',
      'blocks RBK-1 at topology spec.drivers.exec',
      'blocks STG-3 at spec.staging',
    ],
  },
  {
    plan: 'high risk, at once and in a hurry',
    units: { a: 4, b: 4 },
    rollout: AT_ONCE,
    spec: { risk: 'high', interval: { default: '59m59s' } },
    finds: [
      'blocks BAT-2 at spec.rollout[0].batches',
      'warns BAT-3 at spec.rollout[0].order',
      'blocks BAT-4 at spec.rollout[0].batches',
      'blocks INT-2 at spec.interval.default',
    ],
  },
  {
    plan: 'core risk, one unit: the hour is there, the phases cannot be',
    units: { a: 1 },
    spec: { risk: 'core', interval: { default: '1h' } },
    finds: [
      'blocks BAT-1 at spec.rollout[0].batches',
      'blocks BAT-2 at spec.rollout[0].batches',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
    hopeless: ['BAT-1', 'BAT-2', 'BAT-4'],
  },
  {
    plan: 'core risk with what is usual, and nothing that validates',
    spec: { risk: 'core', interval: undefined, validate: undefined },
    finds: ['blocks INT-4 at spec.interval.first', 'blocks OBS-1 at spec.validate'],
  },
  {
    plan: 'a change of the steps takes batches away whose time was needed',
    units: { a: 10 },
    rollout: [{ clusters: ['a'], batches: [4, 6, '100%'] }],
    spec: { risk: 'high' },
    policy: { minBatches: 3 },
    finds: [
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[1]',
    ],
  },
  {
    plan: 'staging and production both broken',
    rollout: [{ clusters: ['a'], batches: ['75%', '100%'] }],
    spec: { risk: 'core', interval: { first: '10m' }, staging: { ...STAGING, traffic: { internal: '10%' } } },
    environment: { drivers: {}, calls: [], internal: {} },
    finds: [
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[1]',
      'blocks INT-3 at spec.interval.default',
      'blocks INT-4 at spec.interval.first',
      'blocks RBK-1 at environment spec.drivers.exec',
      'warns STG-1 at spec.staging.traffic.internal',
      'blocks STG-1 at environment spec.internal',
      'blocks STG-2 at environment spec.calls',
    ],
  },
  {
    plan: 'everything adapts, nothing fits',
    rollout: [{ clusters: ['a'], batches: ['75%', '100%'] }],
    spec: { risk: 'high', interval: { default: '1m', adaptive: { min: '2m', max: '5m' } }, validate: [FILE] },
    finds: [
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[1]',
      'blocks INT-2 at spec.interval.default',
      'blocks INT-5 at spec.interval.default',
      'blocks OBS-1 at spec.validate',
    ],
  },
];

describe('rules together', () => {
  it.each(ROWS)('$plan', (row) => {
    expect(resultOf(row)).toEqual(expectedOf(row));
  });
});
