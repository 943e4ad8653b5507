import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BaggageMember, baggageMembers, hasMember } from './baggage.js';

const TOKEN = [..."abzAZ059!#$%&'*+.^_`|~-"];
const key = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 8 });
const space = fc.string({ unit: fc.constantFrom(' ', '\t'), maxLength: 2 });
const property = fc.tuple(key, fc.option(key)).map(([name, value]) => (value === null ? name : `${name} = ${value}`));
/** A member, and a way to write it. */
const member = fc
  .record({
    key,
    value: fc.string({ unit: 'grapheme', maxLength: 8 }),
    properties: fc.array(property, { maxLength: 2 }),
  })
  .chain(({ key: name, value, properties }) =>
    fc.array(space, { minLength: 4, maxLength: 4 }).map(([a, b, c, d]) => ({
      member: { key: name, value },
      text: `${a}${name}${b}=${c}${[encodeURIComponent(value), ...properties].join(`${d};`)}${d}`,
    })),
  );

describe('a baggage header', () => {
  it('is read back as it was written, with white space and properties anywhere', () => {
    fc.assert(
      fc.property(fc.array(member, { minLength: 1, maxLength: 6 }), (members) => {
        const header = members.map(({ text }) => text).join(',');
        expect(baggageMembers(header)).toEqual(members.map((each) => each.member));
      }),
    );
  });

  it('loses nothing but the member that breaks the rules', () => {
    const broken = [
      '',
      'no value',
      '=no key',
      'a b=c',
      'k=a b',
      'k="quoted"',
      'k=\\',
      'schlüssel=1',
      'k=ü',
      'k=\u00a0v',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...broken), member, member, (bad, before, after) => {
        expect(baggageMembers(`${before.text},${bad},${after.text}`)).toEqual([before.member, after.member]);
      }),
    );
  });

  it('can be anything at all', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        for (const each of baggageMembers(text)) expect(each.key).toMatch(/^[!-~]+$/);
      }),
    );
  });

  const cases: readonly [string, readonly BaggageMember[]][] = [
    ['k=a=b==', [{ key: 'k', value: 'a=b==' }]],
    ['k=', [{ key: 'k', value: '' }]],
    ['k=a+b', [{ key: 'k', value: 'a+b' }]],
    ['k=DF%2028', [{ key: 'k', value: 'DF 28' }]],
    ['k=%ff%zz%', [{ key: 'k', value: '\u{fffd}%zz%' }]],
    [
      'k=1,k=2',
      [
        { key: 'k', value: '1' },
        { key: 'k', value: '2' },
      ],
    ],
  ];
  it.each(cases)('%s says what it says', (header, members) => {
    expect(baggageMembers(header)).toEqual(members);
  });

  it('has a member only if key and value are the same letter by letter', () => {
    expect(hasMember('a=1, sluice.env = staging;p', 'sluice.env', 'staging')).toBe(true);
    expect(hasMember('sluice.env=Staging', 'sluice.env', 'staging')).toBe(false);
    expect(hasMember('Sluice.env=staging', 'sluice.env', 'staging')).toBe(false);
    expect(hasMember('x-sluice.env=staging', 'sluice.env', 'staging')).toBe(false);
    expect(hasMember('a=sluice.env=staging', 'sluice.env', 'staging')).toBe(false);
    expect(hasMember('sluice.env=staging2', 'sluice.env', 'staging')).toBe(false);
  });
});
