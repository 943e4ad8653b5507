import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bar, percent } from './bar.js';
import { clean, cleanAll } from './clean.js';
import { elide } from './elide.js';
import { cut, hanging, lineWidth, painted, span } from './line.js';
import { type Look, lookOf } from './look.js';
import { pairs } from './pairs.js';
import { table } from './table.js';
import { moment, timeNear } from './time.js';
import { truncate, widthOf, wrap } from './width.js';

const words = fc.string({ unit: 'grapheme', maxLength: 40 });
const plain: Look = { terminal: true, colour: false, width: 40, height: 24 };

describe('the width of a text', () => {
  it.each([
    ['abc', 3],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['✓ █░ … →', 8],
    ['🚀', 2],
    ['👩‍🚀', 2],
    ['', 0],
  ])('of %j is %i columns', (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it('is never more than there is room for, once it is truncated', () => {
    fc.assert(
      fc.property(words, fc.nat(50), (text, width) => {
        const short = truncate(text, width);
        expect(widthOf(short)).toBeLessThanOrEqual(width);
        if (widthOf(text) <= width) expect(short).toBe(text);
      }),
    );
  });

  it('is kept when a text is wrapped: every word is there, in order', () => {
    fc.assert(
      fc.property(fc.array(words), fc.integer({ min: 1, max: 50 }), (list, width) => {
        const text = list.join(' ');
        const lines = wrap(text, width);
        expect(lines.join(' ')).toBe(text);
        for (const line of lines) expect(widthOf(line) <= width || !line.includes(' ')).toBe(true);
      }),
    );
  });
});

describe('a line', () => {
  it('is cut at the edge, whatever stretches it is made of, and ends in an ellipsis then', () => {
    const lines = fc.array(words.map((text) => span(text, 'red')));
    fc.assert(
      fc.property(lines, fc.nat(60), (line, width) => {
        const short = cut(line, width);
        expect(lineWidth(short)).toBeLessThanOrEqual(width);
        const all = painted(line, plain);
        const kept = painted(short, plain);
        expect(kept === all || kept.endsWith('…') || width === 0).toBe(true);
      }),
    );
  });

  it('has a text hang beside its heading', () => {
    const lines = hanging([span('now   ')], 'one two three four five six seven eight', plain);
    expect(lines.map((line) => painted(line, plain))).toEqual([
      'now   one two three four five six seven',
      '      eight',
    ]);
  });
});

describe('a table', () => {
  it('is never wider than the terminal', () => {
    const columns = [
      { head: 'a', flexible: true },
      { head: 'b', align: 'right' as const },
      { head: 'c', optional: true },
    ];
    const rows = fc.array(fc.tuple(words, words, words));
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 100 }), (cells, width) => {
        for (const line of table(columns, cells, { ...plain, width })) {
          expect(lineWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  it('leaves out what is optional before it narrows what is flexible', () => {
    const columns = [{ head: 'flexible', flexible: true }, { head: 'fixed' }, { head: 'optional', optional: true }];
    const lines = (width: number): string[] =>
      table(columns, [['a'.repeat(20), 'b'.repeat(10), 'c'.repeat(10)]], { ...plain, width }).map((line) =>
        painted(line, plain),
      );
    expect(lines(44)[2]).toBe(`${'a'.repeat(20)}  ${'b'.repeat(10)}  ${'c'.repeat(10)}`);
    expect(lines(43)[2]).toBe(`${'a'.repeat(20)}  ${'b'.repeat(10)}`);
    expect(lines(30)[2]).toBe(`${'a'.repeat(17)}…  ${'b'.repeat(10)}`);
  });

  it('takes time in proportion to its rows', () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => [`eu-${i}.1`, `unit-${i}`, '█░']);
    const columns = [{ head: 'a', flexible: true }, { head: 'b' }, { head: 'c' }];
    expect(table(columns, rows, { ...plain, width: 16 })).toHaveLength(20_002);
  });
});

describe('a share', () => {
  it.each([
    [0, '░░░░░░░░░░', '0 %'],
    [0.0001, '█░░░░░░░░░', '0.0 %'],
    [0.004, '█░░░░░░░░░', '0.4 %'],
    [0.0417, '█░░░░░░░░░', '4 %'],
    [0.5, '█████░░░░░', '50 %'],
    [0.999, '█████████░', '99.9 %'],
    [1, '██████████', '100 %'],
  ])('of %f is drawn as neither more nor less than it is', (share, drawn, text) => {
    expect(bar(share)).toBe(drawn);
    expect(percent(share)).toBe(text);
  });
});

describe('text of others', () => {
  it('cannot act on the terminal', () => {
    expect(clean('a\u001b[2Jb\r\nc\u0007\u009b\u202ed')).toBe('a\ufffd[2Jb c\ufffd\ufffd\ufffdd');
    expect(clean('é 漢字 ✓ 👩‍🚀 — “x”')).toBe('é 漢字 ✓ 👩‍🚀 — “x”');
  });

  it('is cleaned wherever it is in an answer, and nothing else is', () => {
    const answer = { a: ['x\u001b', 1, null, { 'k\u001b': true }], b: 1.5 };
    expect(cleanAll(answer)).toEqual({ a: ['x\ufffd', 1, null, { 'k\ufffd': true }], b: 1.5 });
  });
});

describe('data on one line', () => {
  it.each([
    [{ batch: 'eu-1.1', deployed: 3 }, 'batch=eu-1.1 deployed=3'],
    [{ before: { version: null, healthy: true } }, 'before.version=null before.healthy=true'],
    [{ seen: 'two words', empty: '' }, 'seen="two words" empty=""'],
    [{ units: ['a', 'b'], many: [1, 2, 3, 4, 5], parts: [{}] }, 'units=[a,b] many=[5 entries] parts=[1 entries]'],
    [{ a: { b: { c: { d: 1 } } } }, 'a.b.c={…}'],
    [{ text: 'x'.repeat(81) }, `text=${'x'.repeat(79)}…`],
    [{}, ''],
  ])('%j is %s', (data, text) => {
    expect(pairs(data, 8)).toBe(text);
  });

  it('ends after so many pairs', () => {
    expect(pairs({ a: 1, b: 2, c: 3 }, 2)).toBe('a=1 b=2 …');
  });
});

describe('how it looks', () => {
  const terminal = { write: () => true, isTTY: true, columns: 100, rows: 50 };

  it.each([
    ['a terminal', terminal, {}, { terminal: true, colour: true, width: 100, height: 50 }],
    [
      'a terminal without colours',
      terminal,
      { NO_COLOR: '1' },
      { terminal: true, colour: false, width: 100, height: 50 },
    ],
    ['a dumb terminal', terminal, { TERM: 'dumb' }, { terminal: true, colour: false, width: 100, height: 50 }],
    [
      'a terminal with an empty NO_COLOR',
      terminal,
      { NO_COLOR: '' },
      { terminal: true, colour: true, width: 100, height: 50 },
    ],
    [
      'a terminal of no size',
      { ...terminal, columns: 0, rows: 0 },
      {},
      { terminal: true, colour: true, width: 80, height: 24 },
    ],
    [
      'a pipe',
      { write: () => true },
      {},
      { terminal: false, colour: false, width: Number.POSITIVE_INFINITY, height: 24 },
    ],
  ])('on %s', (_what, output, env, look) => {
    expect(lookOf(output, env)).toEqual(look);
  });
});

describe('odds and ends', () => {
  it('elide the middle of a long list', () => {
    expect(elide([1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual({ first: [1, 2, 3], hidden: 4, last: [8] });
    expect(elide([1, 2, 3], 4)).toEqual({ first: [1, 2, 3], hidden: 0, last: [] });
  });

  it('show a time without its day where that is the day of another, in UTC', () => {
    expect(timeNear('2026-01-05T23:59:59Z', '2026-01-05T00:00:00Z')).toBe('23:59:59Z');
    expect(timeNear('2026-01-06T00:00:00Z', '2026-01-05T23:59:59Z')).toBe('2026-01-06 00:00:00Z');
    expect(timeNear('2026-01-06T00:30:00+01:00', '2026-01-05T12:00:00Z')).toBe('23:30:00Z');
  });

  it('show a time in UTC, and what is no time as it is', () => {
    expect(moment('2026-01-05T12:00:00.123+02:00')).toBe('2026-01-05 10:00:00Z');
    expect(moment('soon')).toBe('soon');
  });
});
