import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPattern } from './pattern.js';

const test = (pattern: string, text: string, whole = false): boolean => {
  const read = readPattern(pattern, { longest: 500, whole });
  if (!read.ok) throw new Error(read.why);
  return read.pattern.test(text);
};

/** Patterns of everything that is supported, over few characters, so that texts match often. */
const { pattern: patterns } = fc.letrec<{ pattern: string; atom: string; repeated: string }>((tie) => ({
  pattern: fc
    .array(fc.array(fc.oneof(tie('repeated'), fc.constantFrom('^', '$', '\\b', '\\B')), { maxLength: 4 }), {
      minLength: 1,
      maxLength: 3,
    })
    .map((options) => options.map((parts) => parts.join('')).join('|')),
  repeated: fc
    .tuple(tie('atom'), fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '*?', '+?'))
    .map(([atom, quantifier]) => `${atom}${quantifier}`),
  atom: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom('a', 'b', '1', '-', ' ', '.', '\\d', '\\w', '\\s', '\\D', '\\W', '\\S', '\\.', '\\x61', '\\u0062'),
    fc.constantFrom('[ab]', '[^a]', '[a-c1]', '[\\d-]', '[]', '[^]', '[-a]', '[a-]', '[\\]b]', '[\\w.]', '\\n', '\\t'),
    tie('pattern').map((pattern) => `(?:${pattern})`),
    tie('pattern').map((pattern) => `(${pattern})`),
    tie('pattern')
      .map((pattern) => `(?<name>${pattern})`)
      .filter((text) => text.split('?<name>').length === 2),
  ),
}));
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-', ' ', '.', '\n', 'ü'), maxLength: 12 });

describe('a pattern', () => {
  it('matches what the same expression of JavaScript matches', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        fc.pre(pattern.length < 60 && pattern.split('?<name>').length <= 2);
        expect(test(pattern, text)).toBe(new RegExp(pattern).test(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('matches a whole text as the same expression in brackets does', () => {
    fc.assert(
      fc.property(patterns, texts, (pattern, text) => {
        fc.pre(pattern.length < 60 && pattern.split('?<name>').length <= 2);
        expect(test(pattern, text, true)).toBe(new RegExp(`^(?:${pattern})$`).test(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['order placed', 'ts=1 order placed id=7', true],
    ['order placed', 'ts=1 Order placed id=7', false],
    ['', 'anything', true],
    ['level=(error|fatal)\\b', 'level=fatal msg', true],
    ['level=(error|fatal)\\b', 'level=errors', false],
    ['^\\d{4}-\\d\\d', '2026-01', true],
    ['{"a":1}', '{"a":1}', true],
    ['a{,2}', 'a{,2}', true],
    ['\\[x\\]', '[x]', true],
    ['\\0', 'a\0b', true],
  ])('%j on %j: %j', (pattern, text, matches) => {
    expect(test(pattern, text)).toBe(matches);
  });

  it.each(['(a+)+$', '(a|a)*b', '(a*)*b', '(a|aa)+$', '(.*)*x', '([a-z]+)*\\d', 'a*a*a*a*a*a*a*b'])(
    '%s does not take long on a text made to make it',
    (pattern) => {
      const begun = performance.now();
      test(pattern, `${'a'.repeat(10_000)}!`);
      expect(performance.now() - begun).toBeLessThan(2_000);
    },
  );

  it.each([
    ['(?=a)', 'looking ahead'],
    ['(?<!a)b', 'looking ahead or behind'],
    ['(?i)a', 'flags'],
    ['(a)\\1', 'references'],
    ['\\k<a>', 'references'],
    ['(a', 'not closed'],
    ['a)', 'no opening'],
    ['[a', 'not closed'],
    ['*a', 'nothing to repeat'],
    ['a**', 'cannot be repeated'],
    ['^*', 'cannot be repeated'],
    ['a\\', 'backslash'],
    ['\\q', 'not known'],
    ['\\u12', 'four hexadecimal digits'],
    ['[b-a]', 'upside down'],
    ['a{3,2}', 'from more to fewer'],
    ['a{100000}', 'more than 1000 times'],
    ['((a{50}){50}){50}', 'too large'],
    ['('.repeat(100), 'deep'],
    ['x'.repeat(501), 'longer than 500'],
  ])('%s is refused', (pattern, why) => {
    expect(readPattern(pattern, { longest: 500 })).toEqual({ ok: false, why: expect.stringContaining(why) });
  });

  it('never fails in any other way', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab()[]{}|*+?\\^$.-,1:<=!dDbux'), maxLength: 12 }),
        (pattern) => {
          const read = readPattern(pattern, { longest: 500 });
          if (read.ok) expect(typeof read.pattern.test('ab1')).toBe('boolean');
          else expect(read.why).not.toBe('');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
