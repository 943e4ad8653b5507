import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ExpositionError, ExpositionReader, parseExposition, readValue, sumOf } from './exposition.js';
import { readSelector } from './selector.js';

const TEXT = `# HELP http_requests_total All requests, "quoted" \\\\ and all.
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a"} 100
http_requests_total{code="200",path="/b",} 50 1395066363000
http_requests_total { code = "500" , path = "/a" } 3
http_requests_total{code="503"} 4 # {trace_id="x"} 1
  # a comment
# TYPE errors_total counter

plain 1.5e3\r
odd{text="a \\"b\\" \\\\ \\n c",empty=""} +Inf
__proto__{__proto__="x"} 7
`;

const sum = (selector: string, text = TEXT): number | null => {
  const read = readSelector(selector);
  if (!read.ok) throw new Error(read.why);
  return sumOf(parseExposition(text), read.selector);
};

describe('the sum of the series that a selector picks', () => {
  it.each([
    ['http_requests_total', 157],
    ['http_requests_total{}', 157],
    ['http_requests_total{code="200"}', 150],
    ['http_requests_total{code!="200"}', 7],
    ['http_requests_total{code=~"5.."}', 7],
    ['http_requests_total{code=~"5"}', 0],
    ['http_requests_total{code!~"5.."}', 150],
    ['http_requests_total{code=~"5..|200",path="/a"}', 103],
    [' http_requests_total { code = "200" , path =~ "/[ab]", } ', 150],
    ['http_requests_total{path=""}', 4],
    ['http_requests_total{nothing=""}', 157],
    ['http_requests_total{nothing!=""}', 0],
    ['plain', 1_500],
    ['odd{text="a \\"b\\" \\\\ \\n c"}', Number.POSITIVE_INFINITY],
    ['__proto__{__proto__="x"}', 7],
  ])('%s is %d', (selector, expected) => {
    expect(sum(selector)).toBe(expected);
  });

  it('is zero when the name is announced and nothing was counted yet', () => {
    expect(sum('errors_total{code=~"5.."}')).toBe(0);
  });

  it('is unknown, and not zero, when the name is not exposed', () => {
    expect(sum('error_total')).toBeNull();
    expect(sum('http_requests_total', '')).toBeNull();
  });
});

describe('an exposition', () => {
  it.each([
    '<html>',
    '{"a":1}',
    'a{b="c"',
    'a{b="c} 1',
    'a{b=c} 1',
    'a{b="c" d="e"} 1',
    'a{b="\\x"} 1',
    'a',
    'a b',
    'a 1x',
    '1a 2',
    'a{=""} 1',
  ])('is refused with the line %j', (line) => {
    expect(() => parseExposition(`ok 1\n${line}\n`)).toThrow(ExpositionError);
    expect(() => parseExposition(`ok 1\n${line}`)).toThrow(/^line 2 /);
  });

  it('only has to be right where it is wanted', () => {
    expect(parseExposition('other{ 1\nwanted 2\n', (name) => name === 'wanted').samples).toHaveLength(1);
  });

  it('reads the same however it is cut into pieces', () => {
    const bytes = new TextEncoder().encode(TEXT.replaceAll('/a', '/ä€𝄞'));
    const whole = parseExposition(new TextDecoder().decode(bytes));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 20 }), (cuts) => {
        const reader = new ExpositionReader(() => true);
        let from = 0;
        for (const cut of [...cuts.sort((a, b) => a - b), bytes.length]) {
          reader.push(bytes.subarray(from, cut));
          from = cut;
        }
        expect(reader.end()).toEqual(whole);
      }),
    );
  });

  it('finds the label values that were written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const escaped = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
        fc.pre(!value.includes('\r'));
        const [sample] = parseExposition(`a{b="${escaped}"} 1\n`).samples;
        expect(sample?.labels.get('b')).toBe(value);
        expect(sum(`a{b="${escaped}"}`, `a{b="${escaped}"} 1\n`)).toBe(1);
      }),
    );
  });

  it.each([
    ['1', 1],
    ['-1.5e-3', -0.0015],
    ['.5', 0.5],
    ['5.', 5],
    ['NaN', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
    ['0x10', null],
    ['', null],
    ['1_000', null],
    ['Infinity', null],
  ])('has the value %s as %p', (text, value) => {
    expect(readValue(text)).toBe(value);
  });
});

describe('a selector', () => {
  it.each([
    ['', 'name of a series'],
    ['{code="1"}', 'name of a series'],
    ['1a', 'name of a series'],
    ['a{code=1}', 'its labels'],
    ['a{code="1"', 'its labels'],
    ['a{code=="1"}', 'its labels'],
    ['a{code="1"}[5m]', 'behind its end'],
    ['sum(a)', 'behind its end'],
    ['a{code=~"("}', 'not closed'],
    ['a{code=~"(?i)x"}', 'not supported'],
    [`a{code=~"${'x'.repeat(201)}"}`, 'longer than 200'],
  ])('is refused when it is %j', (text, why) => {
    expect(readSelector(text)).toEqual({ ok: false, why: expect.stringContaining(why) });
  });
});
