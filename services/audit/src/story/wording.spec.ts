import { describe, expect, it } from '@jest/globals';
import { count, list } from './wording.js';

describe('wording', () => {
  it.each([
    [0, 'unit', '0 units'],
    [1, 'unit', '1 unit'],
    [2, 'unit', '2 units'],
    [1, 'batch', '1 batch'],
    [2, 'batch', '2 batches'],
  ])('counts %d %s as %s', (number, thing, words) => {
    expect(count(number, thing)).toBe(words);
  });

  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('lists %j as %j', (items, words) => {
    expect(list(items)).toBe(words);
  });

  it('cuts a list that nobody would read to its end', () => {
    const items = Array.from({ length: 12 }, (_, index) => `b${index + 1}`);

    expect(list(items)).toBe('b1, b2, b3, b4, b5, b6, b7, b8, b9, b10 and 2 more');
  });
});
