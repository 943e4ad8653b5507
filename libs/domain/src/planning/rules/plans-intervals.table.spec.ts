import { describe, expect, it } from '@jest/globals';
import { expectedOf, type Row, resultOf } from './plans.spec-support.js';

const high = (interval: object) => ({ risk: 'high', interval });
const core = (interval: object) => ({ risk: 'core', interval });
const standard = (interval: object) => ({ interval });
const TWO = { a: 4, b: 4 };
const SIDE_BY_SIDE = [{ clusters: ['a', 'b'], order: 'parallel', batches: [1, '50%', '100%'] }];
/** Two units may go first, so that clusters side by side are found nothing against. */
const LONE = { firstBatch: { maxUnits: 2 } };
const MANY = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`c${i}`, 2]));

const ROWS: readonly Row[] = [
  { plan: 'INT-1: the shortest interval there is', spec: standard({ default: '1ms' }), finds: [] },
  {
    plan: 'INT-1: no interval at all',
    spec: standard({ default: '0s' }),
    finds: [
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
    ],
  },
  {
    plan: 'INT-1: none for the first wave',
    spec: standard({ first: '0m' }),
    finds: ['blocks INT-1 at spec.interval.first'],
  },
  {
    plan: 'INT-1: none for one batch',
    spec: standard({ batches: { 'a.2': '0s' } }),
    finds: ['blocks INT-1 at spec.interval.batches["a.2"]'],
  },
  {
    plan: 'INT-1: a default of nothing, that decides nothing',
    spec: standard({ default: '0s', batches: { 'a.1': '1m', 'a.2': '1m', 'a.3': '1m' } }),
    finds: [],
  },
  {
    plan: 'INT-1: none for more batches than are named',
    units: MANY,
    spec: standard({ default: '0s', batches: { 'c3.1': '0s' } }),
    finds: [
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.batches["c3.1"]',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval',
    ],
  },
  { plan: 'INT-2: an hour', spec: high({ default: '20m' }), finds: [] },
  {
    plan: 'INT-2: an hour less a second',
    spec: high({ default: '20m', first: '19m59s' }),
    finds: ['blocks INT-2 at spec.interval.default'],
  },
  {
    plan: 'INT-2: an hour less a millisecond',
    spec: high({ default: '20m', first: '19m59s999ms' }),
    finds: ['blocks INT-2 at spec.interval.default'],
  },
  {
    plan: 'INT-2: an hour, most of it in one batch',
    spec: high({ default: '1m', batches: { 'a.2': '58m' } }),
    finds: [],
  },
  {
    plan: 'INT-2: what is usual, which is half an hour',
    spec: { risk: 'high', interval: undefined },
    finds: ['blocks INT-2 at spec.interval.default'],
  },
  {
    plan: 'INT-2: a default that decides two of three waves',
    spec: high({ first: '10m' }),
    finds: ['blocks INT-2 at spec.interval.default'],
  },
  {
    plan: 'INT-2: every batch has an interval of its own but the first',
    spec: high({ first: '10m', batches: { 'a.2': '10m', 'a.3': '10m' } }),
    finds: ['blocks INT-2 at spec.interval.first'],
  },
  {
    plan: 'INT-2: every batch has an interval of its own',
    spec: high({ batches: { 'a.1': '10m', 'a.2': '10m', 'a.3': '10m' } }),
    finds: ['blocks INT-2 at spec.interval.batches["a.3"]'],
  },
  {
    plan: 'INT-2: batches side by side count once, by the longest: an hour',
    units: TWO,
    rollout: SIDE_BY_SIDE,
    spec: high({ default: '10m', batches: { 'b.1': '20m', 'a.2': '20m', 'b.3': '20m' } }),
    policy: LONE,
    finds: [],
  },
  {
    plan: 'INT-2: batches side by side count once, by the longest: too short',
    units: TWO,
    rollout: SIDE_BY_SIDE,
    spec: high({ default: '10m', batches: { 'b.1': '15m', 'a.2': '25m' } }),
    policy: LONE,
    finds: ['blocks INT-2 at spec.interval.default'],
  },
  {
    plan: 'INT-2: asked of standard risk by a policy, to the minute',
    policy: { total: { standard: '60m' } },
    finds: [],
  },
  {
    plan: 'INT-2: asked of standard risk by a policy',
    policy: { total: { standard: '61m' } },
    finds: ['blocks INT-2 at spec.interval.default'],
  },
  {
    plan: 'INT-2: a policy that asks for less',
    spec: high({ default: '10m' }),
    policy: { total: { high: '30m' } },
    finds: [],
  },
  { plan: 'INT-2: nothing is asked of core risk', spec: core({ default: '10m', first: '20m' }), finds: [] },
  { plan: 'INT-3: half an hour', spec: core({ first: '20m', default: '5m' }), finds: [] },
  {
    plan: 'INT-3: half an hour less a second',
    spec: core({ first: '20m', default: '5m', batches: { 'a.3': '4m59s' } }),
    finds: ['blocks INT-3 at spec.interval.default'],
  },
  {
    plan: 'INT-3: an hour, as a policy may ask',
    spec: core({ default: '20m' }),
    policy: { observe: { core: '60m' } },
    finds: [],
  },
  {
    plan: 'INT-3: an hour less a second, where a policy asks for an hour',
    spec: core({ default: '20m', batches: { 'a.3': '19m59s' } }),
    policy: { observe: { core: '60m' } },
    finds: ['blocks INT-3 at spec.interval.default'],
  },
  { plan: 'INT-3: nothing is asked of standard risk', spec: standard({ default: '1s' }), finds: [] },
  { plan: 'INT-4: twenty minutes first', spec: core({ first: '20m', default: '5m' }), finds: [] },
  {
    plan: 'INT-4: twenty minutes less a second, by interval.first',
    spec: core({ first: '19m59s', default: '20m' }),
    finds: ['blocks INT-4 at spec.interval.first'],
  },
  {
    plan: 'INT-4: twenty minutes less a second, by the default',
    spec: core({ default: '19m59s' }),
    finds: ['blocks INT-4 at spec.interval.first'],
  },
  {
    plan: 'INT-4: twenty minutes less a second, by an interval of its own',
    spec: core({ default: '20m', batches: { 'a.1': '19m59s' } }),
    finds: ['blocks INT-4 at spec.interval.batches["a.1"]'],
  },
  {
    plan: 'INT-4: an interval of its own keeps it, whatever interval.first says',
    spec: core({ first: '1m', default: '20m', batches: { 'a.1': '20m' } }),
    finds: [],
  },
  {
    plan: 'INT-4: one of two batches that go first side by side',
    units: TWO,
    rollout: SIDE_BY_SIDE,
    spec: core({ first: '20m', batches: { 'b.1': '19m59s' } }),
    policy: LONE,
    finds: ['blocks INT-4 at spec.interval.batches["b.1"]'],
  },
  {
    plan: 'INT-4: both batches that go first side by side, each by another field',
    units: TWO,
    rollout: SIDE_BY_SIDE,
    spec: core({ batches: { 'b.1': '15m' } }),
    policy: LONE,
    finds: ['blocks INT-4 at spec.interval.first', 'blocks INT-4 at spec.interval.batches["b.1"]'],
  },
  {
    plan: 'INT-4: asked of standard risk by a policy',
    policy: { first: { standard: '20m1s' } },
    finds: ['blocks INT-4 at spec.interval.first'],
  },
  {
    plan: 'INT-3 and INT-4 together',
    spec: core({ default: '9m59s' }),
    finds: ['blocks INT-3 at spec.interval.default', 'blocks INT-4 at spec.interval.first'],
  },
  {
    plan: 'INT-5: it begins with the shortest',
    spec: standard({ default: '5m', adaptive: { min: '5m', max: '15m' } }),
    finds: [],
  },
  {
    plan: 'INT-5: it begins with the longest',
    spec: standard({ default: '15m', adaptive: { min: '5m', max: '15m' } }),
    finds: [],
  },
  {
    plan: 'INT-5: it begins a second below',
    spec: standard({ default: '4m59s', adaptive: { min: '5m', max: '15m' } }),
    finds: ['blocks INT-5 at spec.interval.default'],
  },
  {
    plan: 'INT-5: it begins a second above',
    spec: standard({ default: '15m1s', adaptive: { min: '5m', max: '15m' } }),
    finds: ['blocks INT-5 at spec.interval.default'],
  },
  {
    plan: 'INT-5: the first interval may be out of bounds',
    spec: standard({ first: '1h', adaptive: { min: '5m', max: '15m' } }),
    finds: [],
  },
  {
    plan: 'INT-5: above, where coming down would break INT-2',
    spec: high({ default: '20m', adaptive: { min: '5m', max: '15m' } }),
    finds: ['blocks INT-5 at spec.interval.default'],
  },
  {
    plan: 'INT-2: bounds that have to make room for a longer default',
    spec: high({ default: '15m', adaptive: { min: '5m', max: '15m' } }),
    finds: ['blocks INT-2 at spec.interval.default'],
  },
  {
    plan: 'INT-1 and INT-5: no interval, where at least twelve minutes are meant',
    spec: standard({ default: '0s', adaptive: { min: '12m', max: '15m' } }),
    finds: [
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-1 at spec.interval.default',
      'blocks INT-5 at spec.interval.default',
    ],
  },
];

describe('INT: how long batches are observed', () => {
  it.each(ROWS)('$plan', (row) => {
    expect(resultOf(row)).toEqual(expectedOf(row));
  });
});
