import { describe, expect, it } from '@jest/globals';
import { levelOf, reaches, whoCould } from './levels.js';

const levels = ['peer', 'owner', 'director'];
const holders = { peer: ['pia', 'otto'], owner: ['otto', 'ole'], director: ['dora'], constructor: ['eve'] };

describe('the level that somebody has', () => {
  it('is what their token says where the policy names nobody', () => {
    expect(levelOf({ levels }, { id: 'otto', level: 'owner' })).toBe('owner');
    expect(levelOf({ levels }, { id: 'otto' })).toBeNull();
  });

  it('is the highest one that the policy names them for', () => {
    expect(levelOf({ levels, holders }, { id: 'otto' })).toBe('owner');
    expect(levelOf({ levels, holders }, { id: 'pia' })).toBe('peer');
  });

  it('is not what their token says where the policy names people', () => {
    expect(levelOf({ levels, holders }, { id: 'pia', level: 'director' })).toBe('peer');
    expect(levelOf({ levels, holders }, { id: 'eve', level: 'director' })).toBeNull();
    expect(levelOf({ levels, holders: {} }, { id: 'dora', level: 'director' })).toBeNull();
  });

  it('is never one that is not in the list of levels', () => {
    expect(levelOf({ levels, holders }, { id: 'eve' })).toBeNull();
    expect(levelOf({ levels: ['constructor', 'valueOf'], holders: {} }, { id: 'eve' })).toBeNull();
  });
});

describe('a level', () => {
  it.each([
    ['owner', 'owner', true],
    ['director', 'owner', true],
    ['peer', 'owner', false],
    ['emperor', 'owner', false],
    ['director', 'emperor', false],
    ['emperor', 'emperor', false],
    [null, 'peer', false],
  ])('%s reaches %s: %s', (level, needed, does) => {
    expect(reaches(levels, level, needed)).toBe(does);
  });
});

describe('who could instead', () => {
  it('are the holders of the level and of those above, each once', () => {
    expect(whoCould({ levels, holders }, 'peer', ['pia'])).toBe('; could: otto, ole, dora');
    expect(whoCould({ levels, holders }, 'director', [])).toBe('; could: dora');
  });

  it('is nobody when nobody else holds it, or the level is none', () => {
    const nobody = '; the policy names nobody else who could';
    expect(whoCould({ levels, holders }, 'director', ['dora'])).toBe(nobody);
    expect(whoCould({ levels, holders }, 'emperor', [])).toBe(nobody);
  });

  it('is not said where the policy names nobody at all', () => {
    expect(whoCould({ levels }, 'director', [])).toBe('');
  });

  it('is said of no more people than anybody reads', () => {
    const many = { director: Array.from({ length: 12 }, (_, i) => `d${i}`) };
    expect(whoCould({ levels, holders: many }, 'director', ['d0'])).toBe(
      '; could: d1, d2, d3, d4, d5, d6, d7, d8, d9, d10 and 1 more',
    );
  });
});
