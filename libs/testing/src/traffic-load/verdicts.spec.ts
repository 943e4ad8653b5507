import { describe, expect, it } from '@jest/globals';
import { binomialInterval, dividedUsers, stagingUsers } from './verdicts.js';

/** The distribution function, by its definition. */
function atMost(count: number, trials: number, probability: number): number {
  let one = (1 - probability) ** trials;
  let sum = one;
  for (let k = 0; k < count; k += 1) {
    one *= ((trials - k) / (k + 1)) * (probability / (1 - probability));
    sum += one;
  }
  return sum;
}

describe('the interval of a binomial variable', () => {
  it.each([
    [20, 0.5],
    [200, 0.01],
    [1_000, 0.1],
    [5_000, 0.01],
  ])('leaves at most 0.05 %% on either side, and no more than it must: %d trials of %d', (trials, probability) => {
    const { low, high } = binomialInterval(trials, probability);
    const below = (count: number) => (count < 0 ? 0 : atMost(count, trials, probability));
    expect(below(low - 1)).toBeLessThanOrEqual(0.0005);
    expect(below(low)).toBeGreaterThan(0.0005);
    expect(1 - below(high)).toBeLessThanOrEqual(0.0005);
    expect(1 - below(high - 1)).toBeGreaterThan(0.0005);
  });

  it('has no width when there is no chance, and holds for many trials', () => {
    expect(binomialInterval(50, 0)).toEqual({ low: 0, high: 0 });
    expect(binomialInterval(50, 1)).toEqual({ low: 50, high: 50 });
    const { low, high } = binomialInterval(200_000, 0.01);
    // 2,000, and 3.29 standard deviations of 44.5.
    expect(Math.abs(low - 1_854)).toBeLessThan(4);
    expect(Math.abs(high - 2_147)).toBeLessThan(4);
  });
});

describe('a tally of traffic', () => {
  const side = { staging: 0, production: 0 };
  const users = new Map([
    ['ada', { staging: 1, production: 0 }],
    ['bob', { staging: 1, production: 2 }],
    ['cyd', { staging: 0, production: 3 }],
  ]);
  const tally = { requests: 7, failed: 0, failures: [], internal: side, production: side, users };

  it('says who was in staging, and who was on both sides', () => {
    expect(stagingUsers(tally)).toEqual(new Set(['ada', 'bob']));
    expect(dividedUsers(tally)).toEqual(['bob']);
  });
});
