import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Roster } from './roster.js';

describe('a roster', () => {
  it('behaves like an array that is copied on every change', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer()), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 60 }), changes, (items, wanted) => {
        let roster = Roster.of(items);
        let array = items;
        for (const [pick, item] of wanted) {
          const index = pick % array.length;
          const before = roster;
          roster = roster.with(index, item);
          expect([...before]).toEqual(array);
          array = array.map((known, place) => (place === index ? item : known));
          expect([...roster]).toEqual(array);
          expect(roster.at(index)).toBe(item);
          expect(roster.length).toBe(array.length);
        }
      }),
    );
  });

  it('knows only places that it has', () => {
    const roster = Roster.of(['a', 'b', 'c']);
    for (const place of [-1, 3, Number.NaN]) {
      expect(() => roster.at(place)).toThrow(new RangeError(`no place ${place} in a roster of 3`));
      expect(() => roster.with(place, 'x')).toThrow(RangeError);
    }
  });

  it('may be empty', () => {
    expect([...Roster.of([])]).toEqual([]);
  });
});
