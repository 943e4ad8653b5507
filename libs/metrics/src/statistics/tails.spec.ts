import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { binomialTail, poissonTail } from './tails.js';

/** Worked out with 60 digits, or as exact fractions. */
describe('how likely so many events are', () => {
  it.each([
    [4, 0.5, 1.751622556290824e-3],
    [1, 0.001, 9.995001666250082e-4],
    [41, 2.856, 8.950412537321177e-33],
    [10, 10, 5.420702855281478e-1],
    [120, 100, 2.823039396486569e-2],
    [10, 100, 1],
    [30, 1, 1.433081416722318e-33],
    [1_000_500, 1_000_000, 3.086695481000024e-1],
    [0, 5, 1],
    [1, 0, 0],
  ])('%d or more, where %d are expected', (x, mean, expected) => {
    expect(Math.abs(poissonTail(x, mean) - expected)).toBeLessThanOrEqual(expected * 1e-11);
  });

  it.each([
    [5, 5, 0.15, 7.59375e-5],
    [41, 137, 0.0361, 3.490550987177788e-26],
    [1, 1_000, 0.001, 6.323045752290359e-1],
    [3, 20, 0.5, 9.997987747192383e-1],
    [60, 100, 0.4, 4.246638705729488e-5],
    [700, 1_000, 0.65, 4.532244037971629e-4],
    [0, 10, 0.5, 1],
    [11, 10, 0.5, 0],
    [1, 10, 0, 0],
    [10, 10, 1, 1],
  ])('%d or more of %d, with the probability %d each', (x, n, p, expected) => {
    expect(Math.abs(binomialTail(x, n, p) - expected)).toBeLessThanOrEqual(expected * 1e-11);
  });

  const nearlyAtMost = (bound: number): number => bound * (1 + 1e-9) + 1e-300;

  it('is a probability, and smaller for more of them', () => {
    fc.assert(
      fc.property(fc.nat(2_000), fc.double({ min: 0, max: 2_000, noNaN: true }), (x, mean) => {
        const tail = poissonTail(x, mean);
        expect(tail).toBeGreaterThanOrEqual(0);
        expect(tail).toBeLessThanOrEqual(nearlyAtMost(1));
        expect(poissonTail(x + 1, mean)).toBeLessThanOrEqual(nearlyAtMost(tail));
      }),
    );
  });

  it('is a probability, and smaller for more of so many', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.double({ min: 0, max: 1, noNaN: true }), (x, more, p) => {
        const tail = binomialTail(x, x + more, p);
        expect(tail).toBeGreaterThanOrEqual(0);
        expect(tail).toBeLessThanOrEqual(nearlyAtMost(1));
        expect(binomialTail(x + 1, x + more, p)).toBeLessThanOrEqual(nearlyAtMost(tail));
      }),
    );
  });

  it('is told quickly for numbers that no service has', () => {
    const begun = performance.now();
    for (const huge of [1e9, 1e12, 9e15]) {
      expect(poissonTail(huge * 1.01, huge)).toBe(0);
      expect(poissonTail(huge, huge * 1.01)).toBeCloseTo(1);
      expect(binomialTail(huge * 0.51, huge, 0.5)).toBe(0);
      expect(binomialTail(huge * 0.49, huge, 0.5)).toBeCloseTo(1);
    }
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
