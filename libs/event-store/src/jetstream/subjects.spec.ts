import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseStreamName } from '../stream-name.js';
import { categorySubjects, encodeToken, subjectOf } from './subjects.js';

// Any text, with a liking for what means something in a subject or in the encoding itself.
const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom('.', '*', '>', '=', '%', '-', ' ', '2', 'E'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 40,
});
const decodeToken = (token: string) => decodeURIComponent(token.replaceAll('=', '%'));

describe('subjects', () => {
  it('hold any text in one token that NATS takes in a subject and as a KV key', () => {
    fc.assert(fc.property(text, (any) => expect(encodeToken(any)).toMatch(/^[-=\w]+$/)));
  });

  it('lose nothing, so that no two texts share a token', () => {
    fc.assert(fc.property(text, (any) => expect(decodeToken(encodeToken(any))).toBe(any)));
  });

  it('are those of their category', () => {
    fc.assert(
      fc.property(text, text, (start, rest) => {
        const stream = `x${start}-${rest}`;
        const [category] = categorySubjects(parseStreamName(stream).category).split('*');
        expect(subjectOf(stream).startsWith(category ?? '')).toBe(true);
        expect(subjectOf(stream).split('.')).toHaveLength(4);
      }),
    );
  });

  it('stay readable', () => {
    expect(subjectOf('observation-checkout-2.4.0-ab12.eu-1.1')).toBe(
      'sluice.log.observation.checkout-2=2E4=2E0-ab12=2Eeu-1=2E1',
    );
  });
});
