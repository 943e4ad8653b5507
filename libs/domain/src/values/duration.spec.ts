import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Duration, formatDuration, PositiveDuration, toMs } from './duration.js';

describe('a duration', () => {
  it.each([
    ['90s', 90_000],
    ['20m', 1_200_000],
    ['1h30m', 5_400_000],
    ['2d', 172_800_000],
    ['500ms', 500],
    ['1m500ms', 60_500],
    ['1d1h1m1s1ms', 90_061_001],
    ['0s', 0],
    ['30d', 2_592_000_000],
  ])('%s is %d milliseconds', (text, ms) => {
    expect(Duration.parse(text)).toBe(text);
    expect(toMs(text)).toBe(ms);
  });

  it.each(['', '20', 'm', '20 m', '-1m', '1m1h', '1.5h', '20min', '1m1m'])('is not %j', (text) => {
    const messages = Duration.safeParse(text).error?.issues.map(({ message }) => message);
    expect(messages).toEqual(['must be a duration such as 90s, 20m or 1h30m']);
    expect(toMs(text)).toBeNaN();
  });

  it.each(['30d1ms', '721h', '99999999999999999999d'])('is at most thirty days, not %s', (text) => {
    expect(Duration.safeParse(text).error?.issues.map(({ message }) => message)).toEqual(['must be at most 30d']);
  });

  it('may have to be longer than nothing', () => {
    expect(PositiveDuration.safeParse('0s').error?.issues.map(({ message }) => message)).toEqual([
      'must be longer than 0s',
    ]);
    expect(PositiveDuration.safeParse('1ms').success).toBe(true);
  });

  it.each([
    [0, '0s'],
    [5_400_000, '1h30m'],
    [172_800_000, '48h'],
    [61_001, '1m1s1ms'],
    [3_600_000, '1h'],
  ])('of %d milliseconds is written %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('that was written is read back as the same', () => {
    fc.assert(fc.property(fc.nat(2_592_000_000), (ms) => expect(toMs(formatDuration(ms))).toBe(ms)));
  });
});
