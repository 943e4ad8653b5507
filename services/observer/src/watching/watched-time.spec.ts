import { describe, expect, it } from '@jest/globals';
import { watchedMs } from './watched-time.js';

describe('the time for which a batch was watched', () => {
  it('is nothing before the second round', () => {
    expect(watchedMs([], 5_000)).toBe(0);
    expect(watchedMs([1_000], 5_000)).toBe(0);
  });

  it('is the time from the first to the last round', () => {
    expect(watchedMs([1_000, 2_000, 3_500], 5_000)).toBe(2_500);
  });

  it('does not count the time in which nobody looked', () => {
    expect(watchedMs([0, 1_000, 601_000, 602_000], 5_000)).toBe(7_000);
  });
});
