import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryName } from './entry-name.js';

const texts = fc.string({ unit: 'binary', maxLength: 300 });

describe('the name of a journal entry', () => {
  it('can be read by people as long as the text is plain', () => {
    expect(entryName('checkout-2.4.0/eu-1.1/eu-1-a/1')).toBe('checkout-2%2E4%2E0%2Feu-1%2E1%2Feu-1-a%2F1');
  });

  it.each(['', '.', '..', '/', '../../etc', 'a/b', 'a\\b', 'a\0b', '~', '%2E', '*', ' ', '-rf'])(
    'of %j is a single plain file name',
    (text) => {
      expect(entryName(text)).toMatch(/^[A-Za-z0-9_%~-]+$/);
    },
  );

  it('is always a plain file name, and short enough to have temporary files beside it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(entryName(text)).toMatch(/^[A-Za-z0-9_%~-]{1,200}$/);
      }),
    );
  });

  it('differs for different texts', () => {
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        fc.pre(Buffer.from(one).compare(Buffer.from(other)) !== 0);
        expect(entryName(one)).not.toBe(entryName(other));
      }),
    );
  });

  it('differs for texts that differ only behind what fits', () => {
    const long = 'x'.repeat(400);
    expect(entryName(`${long}1`)).not.toBe(entryName(`${long}2`));
  });
});
