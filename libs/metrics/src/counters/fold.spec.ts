import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addReading, type Bases, NO_BASES, sumTallies } from './fold.js';
import type { Sides, Tally, UnitReading } from './reading.js';

const sides: Sides = { changed: ['a'], control: ['b', 'c'] };
const at = '2026-01-05T10:00:00.000Z';
const counted = (events: number, exposure: number, start?: number): UnitReading => ({
  totals: { events, exposure },
  ...(start === undefined ? {} : { start }),
});
const gone: UnitReading = { missing: 'refuses connections' };

/** What was added on the changed side, round by round, when its only unit says this. */
function added(...said: readonly (UnitReading | undefined)[]): Tally[] {
  let bases: Bases = NO_BASES;
  return said.map((reading) => {
    const units: Record<string, UnitReading> = reading ? { a: reading } : {};
    const step = addReading(bases, { at, units }, { changed: ['a'], control: [] });
    bases = step.bases;
    return step.tally;
  });
}
const changes = (tallies: readonly Tally[]) => tallies.map(({ changed }) => changed);
const reasons = (tallies: readonly Tally[]) => tallies.map(({ missing }) => missing.changed.some[0]?.why ?? null);

describe('what counters have added', () => {
  it('is nothing at the first reading', () => {
    expect(changes(added(counted(5, 100)))).toEqual([{ events: 0, exposure: 0 }]);
  });

  it('is what they have grown by', () => {
    expect(changes(added(counted(5, 100), counted(7, 150), counted(7, 150))).slice(1)).toEqual([
      { events: 2, exposure: 50 },
      { events: 0, exposure: 0 },
    ]);
  });

  it('is summed over the units of each side', () => {
    const first = addReading(
      NO_BASES,
      { at, units: { a: counted(0, 0), b: counted(1, 10), c: counted(2, 20) } },
      sides,
    );
    const units = { a: counted(1, 5), b: counted(2, 20), c: counted(4, 40) };
    const { tally } = addReading(first.bases, { at, units }, sides);
    expect(tally).toMatchObject({ at, changed: { events: 1, exposure: 5 }, control: { events: 3, exposure: 30 } });
  });

  it('is everything they show once the process was started anew, even when that is more than before', () => {
    expect(changes(added(counted(5, 100, 1_000), counted(1, 30, 1_060)))[1]).toEqual({ events: 1, exposure: 30 });
    expect(changes(added(counted(0, 100, 1_000), counted(5, 120, 1_060)))[1]).toEqual({ events: 5, exposure: 120 });
    expect(changes(added(counted(5, 100, 1_000), counted(1, 30, 1_001)))[1]).toEqual({ events: 1, exposure: 30 });
  });

  it('is what they have grown by when the start is only told a little differently', () => {
    expect(changes(added(counted(5, 100, 1_000), counted(6, 130, 1_000.7)))[1]).toEqual({ events: 1, exposure: 30 });
  });

  it('is unknown when they go backwards without a new process, and known again from there', () => {
    for (const start of [undefined, 1_000]) {
      const tallies = added(counted(5, 100, start), counted(5, 90, start), counted(6, 95, start));
      expect(changes(tallies)[1]).toEqual({});
      expect(reasons(tallies)).toEqual([null, expect.stringContaining('went backwards'), null]);
      expect(changes(tallies)[2]).toEqual({ events: 1, exposure: 5 });
    }
  });

  it('is made up for by the round in which the unit is back', () => {
    const tallies = added(counted(5, 100), gone, gone, counted(9, 200));
    expect(reasons(tallies)).toEqual([null, 'refuses connections', 'refuses connections', null]);
    expect(changes(tallies)[3]).toEqual({ events: 4, exposure: 100 });
  });

  it('is unknown for a unit that was not asked', () => {
    expect(reasons(added(undefined))).toEqual(['was not asked']);
  });

  it('is unknown when the unit counts by other buckets than before', () => {
    const tallies = added({ totals: { '0.1': 1, '+Inf': 2 } }, { totals: { '0.2': 5, '+Inf': 6 } });
    expect(reasons(tallies)[1]).toContain('other buckets');
  });

  it('leaves out the buckets that only some units have', () => {
    const units = (more: number): Record<string, UnitReading> => ({
      b: { totals: { '0.1': more, '0.5': more, '+Inf': more } },
      c: { totals: { '0.5': more, '+Inf': more } },
    });
    const first = addReading(NO_BASES, { at, units: units(0) }, sides);
    const second = addReading(first.bases, { at, units: units(10) }, sides);
    expect(second.tally.control).toEqual({ '0.5': 20, '+Inf': 20 });
    expect(sumTallies([first.tally, second.tally]).control).toEqual({ '0.5': 20, '+Inf': 20 });
  });

  it('names only some of many missing units, and counts all of them', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `unit-${i}`);
    const { tally } = addReading(NO_BASES, { at, units: {} }, { changed: [], control: many });
    expect(tally.missing.control.count).toBe(5_000);
    expect(tally.missing.control.some).toHaveLength(20);
  });

  it('adds up, over rounds that come and go, to what the counters grew by in all', () => {
    const rounds = fc.array(fc.record({ grows: fc.nat(1_000), isGone: fc.boolean() }), { maxLength: 30 });
    fc.assert(
      fc.property(rounds, (steps) => {
        let total = 17;
        const said: UnitReading[] = [counted(0, total)];
        for (const { grows, isGone } of steps) {
          total += grows;
          said.push(isGone ? gone : counted(0, total));
        }
        const tallies = added(...said, counted(0, total));
        expect(sumTallies(tallies).changed.exposure).toBe(total - 17);
      }),
    );
  });

  it('is never negative, whatever units say', () => {
    const reading = fc.oneof(
      fc.constant(gone),
      fc
        .tuple(fc.nat(50), fc.nat(50), fc.option(fc.nat(5), { nil: undefined }))
        .map(([e, x, start]) => counted(e, x, start)),
    );
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 20 }), (said) => {
        for (const changed of changes(added(...said))) {
          for (const value of Object.values(changed)) expect(value).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
