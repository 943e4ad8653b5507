import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freezeFlaws } from './freeze-flaws.js';
import { FreezeTimes } from './freeze-times.js';

const DAY_MS = 86_400_000;

const numbers = (least: number, most: number) =>
  fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 6 }).map(String);
const signed = (most: number) => numbers(-most, most);
const days = fc
  .uniqueArray(fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU', '1MO', '-1FR', '5SU'), { minLength: 1 })
  .map(String);

/** A rule whose parts have values that parts have, whether they go together or not. */
const Rule = fc
  .record(
    {
      FREQ: fc.constantFrom('YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'),
      INTERVAL: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 1_000 })).map(String),
      COUNT: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000 })).map(String),
      UNTIL: fc.constantFrom('20300228', '21991231T235959Z', '20260301T020000'),
      BYMONTH: numbers(1, 12),
      BYWEEKNO: signed(53),
      BYYEARDAY: signed(366),
      BYMONTHDAY: signed(31),
      BYDAY: days,
      BYHOUR: numbers(0, 23),
      BYMINUTE: numbers(0, 59),
      BYSETPOS: signed(366),
      WKST: fc.constantFrom('MO', 'SU'),
    },
    { requiredKeys: ['FREQ'] },
  )
  .map((parts) => Object.entries(parts).filter(([name], i) => i === 0 || (name.length + i) % 3 !== 0))
  .map((parts) => parts.map((part) => part.join('=')).join(';'));

const Spec = fc.record({
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Australia/Lord_Howe'),
  from: fc
    .integer({ min: 0, max: Date.UTC(2199, 0, 1) / 1_000 })
    .map((seconds) => new Date(seconds * 1_000).toISOString().slice(0, 19)),
  duration: fc.constantFrom('1s', '1h', '62h', '1d', '9d12h', '30d'),
  recurrence: Rule,
});

describe('a freeze whatever its recurrence', () => {
  it('is refused or never fails: it begins from its first time on, in order, and takes its time once it is accepted', () => {
    let accepted = 0;
    fc.assert(
      fc.property(Spec, fc.array(fc.nat(80_000), { minLength: 3, maxLength: 3 }), (spec, moments) => {
        if (freezeFlaws({ spec }).length > 0) return;
        accepted += 1;
        const times = new FreezeTimes(spec);
        const wall = Date.parse(`${spec.from}Z`);
        const first = times.nextFrom(wall - 2 * DAY_MS, wall + 2 * DAY_MS);
        expect(first).not.toBeNull();
        for (const day of moments) {
          const from = day * DAY_MS;
          const found = times.between(from, from + 40 * DAY_MS);
          expect(found.every(({ start, end }) => start < end && start < from + 40 * DAY_MS && end > from)).toBe(true);
          expect(found.every(({ start }) => start >= (first?.start ?? 0))).toBe(true);
          const starts = found.map(({ start }) => start);
          expect(starts).toEqual([...starts].sort((a, b) => a - b));
          const next = times.nextFrom(from, from + 40 * DAY_MS);
          expect(next?.start).toBe(starts.find((start) => start >= from));
        }
      }),
      { numRuns: 60 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});
