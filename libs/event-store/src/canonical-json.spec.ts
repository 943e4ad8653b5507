import { describe, expect, it } from '@jest/globals';
import canonicalizeModule from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.js';

// The package is CommonJS and exports the function itself; its typings describe an ES module.
const canonicalize = canonicalizeModule as unknown as (value: unknown) => string;

describe('canonical JSON', () => {
  it('is what another implementation of RFC 8785 makes of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => expect(canonicalJson(value)).toBe(canonicalize(value))),
      { numRuns: 1_000 },
    );
  });

  it('orders keys by their code units, digits as text and characters beyond the first plane by their halves', () => {
    const value = { '\u{1f600}': 1, '\ufb33': 2, 10: 3, 9: 4, a: 5, A: 6, '': 7 };
    expect(canonicalJson(value)).toBe('{"":7,"10":3,"9":4,"A":6,"a":5,"\u{1f600}":1,"\ufb33":2}');
  });

  it('leaves out what JSON leaves out, and asks what says itself what it is', () => {
    const value = { b: undefined, a: [undefined, Symbol('s'), () => 1], at: new Date(0), c: () => 1, z: -0 };
    expect(canonicalJson(value)).toBe('{"a":[null,null,null],"at":"1970-01-01T00:00:00.000Z","z":0}');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('has no text for %p', (value) => {
    expect(() => canonicalJson({ value })).toThrow(TypeError);
  });
});
