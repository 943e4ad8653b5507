import { describe, expect, it } from '@jest/globals';
import { expectedOf, type Row, resultOf } from './plans.spec-support.js';

const stage = (clusters: readonly string[], batches: readonly unknown[], more: object = {}) => ({
  clusters,
  batches,
  ...more,
});
const parallel = (maxParallel?: number) => ({ order: 'parallel', ...(maxParallel ? { maxParallel } : {}) });
const WIDE = Object.fromEntries(Array.from({ length: 23 }, (_, i) => [`c${i}`, 8]));

const ROWS: readonly Row[] = [
  {
    plan: 'two units first',
    rollout: [stage(['a'], [2, '100%'])],
    finds: ['warns BAT-3 at spec.rollout[0].batches[0]'],
  },
  {
    plan: 'two units first where the policy blocks that',
    rollout: [stage(['a'], [2, '100%'])],
    policy: { firstBatch: { severity: 'block' } },
    finds: ['blocks BAT-3 at spec.rollout[0].batches[0]'],
  },
  {
    plan: 'as many units first as the policy allows',
    rollout: [stage(['a'], [2, '100%'])],
    policy: { firstBatch: { maxUnits: 2 } },
    finds: [],
  },
  {
    plan: 'one unit more first than the policy allows',
    units: { a: 9 },
    rollout: [stage(['a'], [3, '100%'])],
    policy: { firstBatch: { maxUnits: 2 } },
    finds: ['warns BAT-3 at spec.rollout[0].batches[0]'],
  },
  {
    plan: 'a quarter first, of a cluster in which that is one unit',
    rollout: [stage(['a'], ['25%', '100%'])],
    finds: [],
  },
  {
    plan: 'a quarter first, of a cluster in which that is two units',
    units: { a: 8 },
    rollout: [stage(['a'], ['25%', '50%', '75%', '100%'])],
    finds: ['warns BAT-3 at spec.rollout[0].batches[0]'],
  },
  {
    plan: 'one unit of each of two clusters first',
    units: { a: 4, b: 4 },
    rollout: [stage(['a', 'b'], [1, '100%'], parallel())],
    finds: ['warns BAT-3 at spec.rollout[0].order'],
  },
  {
    plan: 'one unit of each of two clusters first, as the policy allows',
    units: { a: 4, b: 4 },
    rollout: [stage(['a', 'b'], [1, '100%'], parallel())],
    policy: { firstBatch: { maxUnits: 2, severity: 'block' } },
    finds: [],
  },
  {
    plan: 'three clusters first where two may go',
    units: { a: 4, b: 4, c: 4 },
    rollout: [stage(['a', 'b', 'c'], [1, '100%'], parallel(3))],
    policy: { firstBatch: { maxUnits: 2, severity: 'block' } },
    finds: ['blocks BAT-3 at spec.rollout[0].maxParallel'],
  },
  {
    plan: 'a cluster that goes first with more than another one later',
    units: { a: 6, b: 2 },
    rollout: [stage(['a'], [3, '100%']), stage(['b'], [1, '100%'])],
    finds: ['warns BAT-3 at spec.rollout[0].batches[0]', 'blocks BAT-3 at spec.rollout[0].batches[0]'],
  },
  {
    plan: 'a cluster that goes first with as much as another one later',
    units: { a: 6, b: 2 },
    rollout: [stage(['a'], [2, '100%']), stage(['b'], ['100%'])],
    policy: { firstBatch: { maxUnits: 2 } },
    finds: [],
  },
  { plan: 'batches of one size', units: { a: 3 }, rollout: [stage(['a'], [1, 2, 3])], finds: [] },
  {
    plan: 'a last batch that is one unit smaller than the one before it',
    units: { a: 8 },
    rollout: [stage(['a'], [1, 5, '100%'])],
    finds: ['blocks BAT-3 at spec.rollout[0].batches[2]'],
  },
  {
    plan: 'a last batch that is as large as the one before it',
    units: { a: 9 },
    rollout: [stage(['a'], [1, 5, '100%'])],
    finds: [],
  },
  {
    plan: 'shares that shrink',
    units: { a: 10 },
    rollout: [stage(['a'], ['60%', '100%'])],
    finds: [
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[1]',
    ],
  },
  {
    plan: 'shares that would shrink by rounding alone',
    units: { a: 6 },
    rollout: [stage(['a'], ['25%', '50%', '75%', '100%'])],
    finds: [],
  },
  {
    plan: 'a number, and then a smaller share',
    units: { a: 40 },
    rollout: [stage(['a'], [3, '10%', '100%'])],
    finds: [
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[1]',
    ],
  },
  {
    plan: 'steps that shrink in a small cluster and not in a large one',
    units: { a: 8, b: 100 },
    rollout: [stage(['a', 'b'], [1, 6, '100%'])],
    finds: ['blocks BAT-3 at spec.rollout[0].batches[2]'],
  },
  {
    plan: 'steps that shrink in two of three stages',
    units: { a: 4, b: 8, c: 10 },
    rollout: [stage(['a'], [1, '100%']), stage(['b'], [1, 6, '100%']), stage(['c'], [1, '70%', '100%'])],
    finds: ['blocks BAT-3 at spec.rollout[1].batches[2]', 'blocks BAT-3 at spec.rollout[2].batches[2]'],
  },
  {
    plan: 'steps that shrink in more clusters than are named',
    units: WIDE,
    rollout: [stage(Object.keys(WIDE), [1, 6, '100%'])],
    finds: [...Array<string>(20).fill('blocks BAT-3 at spec.rollout[0].batches[2]'), 'blocks BAT-3 at spec.rollout'],
  },
  {
    plan: 'an interval of its own for a batch that the change leaves out',
    units: { a: 10 },
    rollout: [stage(['a'], [5, 7, '100%'])],
    spec: { interval: { batches: { 'a.1': '30m', 'a.3': '30m' } } },
    finds: [
      'warns BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[0]',
      'blocks BAT-3 at spec.rollout[0].batches[1]',
    ],
  },
];

describe('BAT-3: what goes first, and how batches grow', () => {
  it.each(ROWS)('$plan', (row) => {
    expect(resultOf(row)).toEqual(expectedOf(row));
  });
});
