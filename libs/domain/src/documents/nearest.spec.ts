import { describe, expect, it } from '@jest/globals';
import { didYouMean, fewHints, nearest } from './nearest.js';

const FIELDS = ['clusters', 'order', 'maxParallel', 'batches'];

describe('the name that was meant', () => {
  it.each([
    ['batchs', 'batches'],
    ['Batches', 'batches'],
    ['bacthes', 'batches'],
    ['maxparallel', 'maxParallel'],
    ['ordr', 'order'],
  ])('by %s is %s', (word, meant) => {
    expect(nearest(word, FIELDS)).toBe(meant);
  });

  it.each(['region', 'x', 'maximum'])('by %s is none of them', (word) => {
    expect(nearest(word, FIELDS)).toBeUndefined();
  });

  it('is the closest of several', () => {
    expect(nearest('eu-11', ['eu-1', 'eu-111', 'us-11', 'eu-11b'])).toBe('eu-1');
    expect(nearest('us-12', ['eu-11', 'us-11'])).toBe('us-11');
  });

  it('is the end of a sentence, or nothing', () => {
    expect(didYouMean('batchs', FIELDS)).toBe(', did you mean `batches`?');
    expect(didYouMean('region', FIELDS)).toBe('');
  });

  it('is looked for only for the first words, when there is much to look through', () => {
    const hint = fewHints(new Map([['eu-1', 0]]));
    const hints = Array.from({ length: 30 }, () => hint('eu-2'));
    expect(hints.filter((text) => text !== '')).toHaveLength(20);
  });
});
