import { describe, expect, it } from '@jest/globals';
import { retryAt } from './retry.js';

describe('the time of the next try', () => {
  const failedAt = '2026-01-05T08:00:00.000Z';

  it.each([
    [0, '08:00:01'],
    [1, '08:00:01'],
    [2, '08:00:02'],
    [3, '08:00:04'],
    [6, '08:00:32'],
    [7, '08:01:00'],
    [20, '08:01:00'],
  ])('after %i tries is %s', (tries, time) => {
    expect(retryAt(failedAt, tries, 20)).toBe(`2026-01-05T${time}.000Z`);
  });

  it('is never when the retries are used up', () => {
    expect(retryAt(failedAt, 3, 3)).not.toBeNull();
    expect(retryAt(failedAt, 4, 3)).toBeNull();
    expect(retryAt(failedAt, 1, 0)).toBeNull();
  });
});
