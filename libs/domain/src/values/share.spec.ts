import { describe, expect, it } from '@jest/globals';
import { Share, toFraction, toMillionths } from './share.js';

describe('a share', () => {
  it.each([
    ['1%', 10_000],
    ['0.5%', 5_000],
    ['12.3456%', 123_456],
    ['0.07%', 700],
    ['100%', 1_000_000],
    ['0.0001%', 1],
  ])('%s is %d millionths', (text, millionths) => {
    expect(Share.parse(text)).toBe(text);
    expect(toMillionths(text)).toBe(millionths);
    expect(toFraction(text)).toBe(millionths / 1_000_000);
  });

  it.each(['10', '10 %', '%', '-1%', '1e1%', '.5%', '1.%', '0.00001%', ''])('is not %j', (text) => {
    expect(Share.safeParse(text).error?.issues.map(({ message }) => message)).toEqual(['must be a share such as 10%']);
  });

  it.each(['0%', '0.0%', '100.1%', '101%', '999%'])('is over nothing and at most the whole, not %s', (text) => {
    expect(Share.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
      'must be over 0% and at most 100%',
    ]);
  });
});
