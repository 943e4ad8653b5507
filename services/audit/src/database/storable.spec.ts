import { describe, expect, it } from '@jest/globals';
import { storableJson, storableJsonText, storableMoment } from './storable.js';

describe('what goes into the database', () => {
  it('has a sign in place of what PostgreSQL cannot hold, keys included', () => {
    const value = { 'a\0b': ['x\0', { deep: '\ud800!' }], plain: 'grüße 😀', n: 1, none: null, yes: true };

    expect(storableJson(value)).toEqual({
      'a\uFFFDb': ['x\uFFFD', { deep: '\uFFFD!' }],
      plain: 'grüße 😀',
      n: 1,
      none: null,
      yes: true,
    });
  });

  it.each([
    ['a NUL', 'a\0b', 'a\uFFFDb'],
    ['half of a pair', ['\ud800'], ['\uFFFD']],
    ['the other half', { '\udfff': 1 }, { '\uFFFD': 1 }],
    ['a whole pair', '😀', '😀'],
    ['a text that only looks like one', '\\u0000 \\ud800', '\\u0000 \\ud800'],
  ])('is JSON that it takes, with %s', (_, value, stored) => {
    expect(JSON.parse(storableJsonText(value))).toEqual(stored);
  });

  it.each([
    ['2026-03-01T10:00:00.000Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T10:00:00+02:00', '2026-03-01T08:00:00.000Z'],
    ['yesterday', '1970-01-01T00:00:00.000Z'],
  ])('has the moment %s as %s', (at, stored) => {
    expect(storableMoment(at)).toBe(stored);
  });
});
