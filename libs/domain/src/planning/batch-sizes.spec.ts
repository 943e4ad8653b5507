import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cumulativeSizes } from './batch-sizes.js';

const increments = (sizes: readonly number[]): number[] => sizes.map((size, i) => size - (sizes[i - 1] ?? 0));
const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

describe('the sizes of batches', () => {
  it.each([
    [['1', '10%', '50%', '100%'], 100, [1, 10, 50, 100]],
    [['1', '10%', '50%', '100%'], 24, [1, 2, 12, 24]],
    [['1', '50%', '100%'], 8, [1, 4, 8]],
    [['1', '4', '100%'], 8, [1, 4, 8]],
    [['10%', '100%'], 30, [3, 30]],
    [['50%', '100%'], 5, [2, 5]],
    [['0.1%', '100%'], 1000, [1, 1000]],
    [['7', '100%'], 70, [7, 70]],
  ])('%j of %d units are %j', (steps, size, expected) => {
    expect(cumulativeSizes(parsed(steps), size)).toEqual(expected);
  });

  it.each([
    ['a share that is less than the units before it', ['1', '10%', '100%'], 8, [1, 8]],
    ['a number that the cluster does not have', ['1', '4', '9', '100%'], 3, [1, 3]],
    ['a share that is less than the number before it', ['5', '10%', '100%'], 20, [5, 20]],
    ['everything but one in a cluster of one unit', ['1', '10%', '50%', '100%'], 1, [1]],
  ])('leave out %s', (_, steps, size, expected) => {
    expect(cumulativeSizes(parsed(steps), size)).toEqual(expected);
  });

  it.each([
    [['25%', '50%', '75%', '100%'], 6, [1, 2, 4, 6]],
    [['1', '25%', '50%', '75%', '100%'], 6, [1, 2, 4, 6]],
    [['10%', '20%', '30%', '40%', '50%', '60%', '70%', '80%', '90%', '100%'], 15, [1, 2, 3, 4, 5, 7, 9, 11, 13, 15]],
  ])('%j of %d units are evened out to %j, so that rounding shrinks no batch', (steps, size, expected) => {
    expect(cumulativeSizes(parsed(steps), size)).toEqual(expected);
  });

  it.each([
    [['60%', '100%'], 10, [6, 10]],
    [['1', '5', '100%'], 6, [1, 5, 6]],
    [['3', '10%', '100%'], 40, [3, 4, 40]],
  ])('%j of %d units stay %j: they shrink because they were written so', (steps, size, expected) => {
    expect(cumulativeSizes(parsed(steps), size)).toEqual(expected);
  });

  it('stop short of the cluster only when the last step is a number', () => {
    expect(cumulativeSizes([1, 4], 9)).toEqual([1, 4]);
  });

  const shares = fc.uniqueArray(fc.integer({ min: 1, max: 999_999 }), { maxLength: 12 }).map(sorted);
  const clusterSize = fc.integer({ min: 1, max: 5_000 });
  const steps = (millionths: readonly number[]): string[] =>
    [...millionths, 1_000_000].map((share) => `${share / 10_000}%`);

  it('grow, end with the whole cluster, and never exceed a share', () => {
    fc.assert(
      fc.property(shares, clusterSize, (millionths, size) => {
        const sizes = cumulativeSizes(steps(millionths), size);
        const rounded = [...millionths, 1_000_000].map((share) => Math.max(1, Math.floor((share * size) / 1_000_000)));
        const limits = [...new Set(rounded)];
        expect(sizes).toHaveLength(limits.length);
        expect(sizes.at(-1)).toBe(size);
        expect(sizes.every((reached, i) => reached <= (limits[i] ?? 0))).toBe(true);
        expect(increments(sizes).every((increment) => increment >= 1)).toBe(true);
      }),
    );
  });

  it('never shrink when the first of two shares is at most a half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500_000 }), clusterSize, (first, size) => {
        const grown = increments(cumulativeSizes(steps([first]), size));
        expect(grown).toEqual(sorted(grown));
      }),
    );
  });

  it('never shrink when the shares themselves do not, with a number of units first or without', () => {
    const growing = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 20 }).map((parts) => {
      const percents: number[] = [];
      for (const part of sorted(parts)) {
        const reached = (percents.at(-1) ?? 0) + part;
        if (100 - reached >= part) percents.push(reached);
      }
      return percents;
    });
    fc.assert(
      fc.property(growing, clusterSize, fc.boolean(), (percents, size, one) => {
        const written = [...(one ? [1] : []), ...percents.map((percent) => `${percent}%`), '100%'];
        const grown = increments(cumulativeSizes(written, size));
        expect(grown).toEqual(sorted(grown));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** Tables read better when the steps are all text. */
function parsed(steps: readonly string[]): (number | string)[] {
  return steps.map((step) => (step.endsWith('%') ? step : Number(step)));
}
