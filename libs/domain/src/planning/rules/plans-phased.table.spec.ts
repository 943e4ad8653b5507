import { describe, expect, it } from '@jest/globals';
import { expectedOf, type Row, resultOf } from './plans.spec-support.js';

const stage = (clusters: readonly string[], batches: readonly unknown[], more: object = {}) => ({
  clusters,
  batches,
  ...more,
});
const parallel = (maxParallel?: number) => ({ order: 'parallel', ...(maxParallel ? { maxParallel } : {}) });
const ROWS: readonly Row[] = [
  { plan: 'three batches of one cluster, a single unit first', finds: [] },
  { plan: 'two batches, the fewest that there may be', rollout: [stage(['a'], [1, '100%'])], finds: [] },
  {
    plan: 'one batch of four units',
    rollout: [stage(['a'], ['100%'])],
    finds: [
      'blocks BAT-1 at spec.rollout[0].batches',
      'blocks BAT-2 at spec.rollout[0].batches',
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
  },
  {
    plan: 'one batch of two units',
    units: { a: 2 },
    rollout: [stage(['a'], ['100%'])],
    finds: [
      'blocks BAT-1 at spec.rollout[0].batches',
      'blocks BAT-2 at spec.rollout[0].batches',
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
  },
  {
    plan: 'one unit',
    units: { a: 1 },
    finds: [
      'blocks BAT-1 at spec.rollout[0].batches',
      'blocks BAT-2 at spec.rollout[0].batches',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
    hopeless: ['BAT-1', 'BAT-2', 'BAT-4'],
  },
  {
    plan: 'a number of units that the cluster does not have',
    rollout: [stage(['a'], [9, '100%'])],
    finds: [
      'blocks BAT-1 at spec.rollout[0].batches',
      'blocks BAT-2 at spec.rollout[0].batches',
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
  },
  { plan: 'two clusters of one unit, one after the other', units: { a: 1, b: 1 }, finds: [] },
  {
    plan: 'two clusters of one unit, side by side',
    units: { a: 1, b: 1 },
    rollout: [stage(['a', 'b'], ['100%'], parallel())],
    finds: [
      'blocks BAT-2 at spec.rollout[0].batches',
      'warns BAT-3 at spec.rollout[0].order',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
  },
  {
    plan: 'two clusters of four units, side by side and each at once',
    units: { a: 4, b: 4 },
    rollout: [stage(['a', 'b'], ['100%'], parallel())],
    finds: [
      'blocks BAT-2 at spec.rollout[0].batches',
      'warns BAT-3 at spec.rollout[0].order',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
  },
  {
    plan: 'three clusters of one unit, two at a time',
    units: { a: 1, b: 1, c: 1 },
    rollout: [stage(['a', 'b', 'c'], ['100%'], parallel(2))],
    finds: ['warns BAT-3 at spec.rollout[0].maxParallel'],
  },
  { plan: 'as many batches as a strict policy asks for', policy: { minBatches: 3 }, finds: [] },
  {
    plan: 'one batch less than a strict policy asks for',
    policy: { minBatches: 4 },
    finds: ['blocks BAT-2 at spec.rollout[0].batches', 'blocks BAT-4 at spec.rollout[0].batches'],
  },
  {
    plan: 'fewer units than a strict policy asks for batches',
    policy: { minBatches: 5 },
    finds: ['blocks BAT-2 at spec.rollout[0].batches', 'blocks BAT-4 at spec.rollout[0].batches'],
    hopeless: ['BAT-2', 'BAT-4'],
  },
  {
    plan: 'batches that no stage alone could have enough of',
    units: { a: 3, b: 3 },
    rollout: [stage(['a'], ['50%', '100%']), stage(['b'], ['50%', '100%'])],
    policy: { minBatches: 6 },
    finds: ['blocks BAT-2 at spec.rollout', 'blocks BAT-4 at spec.rollout'],
  },
  {
    plan: 'a single batch where the policy wants four',
    units: { a: 40 },
    rollout: [stage(['a'], ['100%'])],
    policy: { minBatches: 4 },
    finds: [
      'blocks BAT-1 at spec.rollout[0].batches',
      'blocks BAT-2 at spec.rollout[0].batches',
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
  },
];

describe('BAT-1, BAT-2, BAT-4: how a release is phased', () => {
  it.each(ROWS)('$plan', (row) => {
    expect(resultOf(row)).toEqual(expectedOf(row));
  });
});
