import { describe, expect, it } from '@jest/globals';
import { FreezeTimes } from './freeze-times.js';
import { at, shown, timesOf, windowOf } from './freezes.spec-support.js';

const between = (times: FreezeTimes, from: string, to: string): string[] =>
  times.between(at(from), at(to)).map(({ start, end }) => `${shown(start)} to ${shown(end)}`);

const weekend = new FreezeTimes(windowOf().spec);

describe('a freeze', () => {
  it('comes once without a recurrence, and lasts until just before its end', () => {
    const times = timesOf({ from: '2026-12-24T18:00', timeZone: 'UTC', duration: '2h' });
    expect(between(times, '2000-01-01 00:00', '2026-12-24 18:00')).toEqual([]);
    expect(between(times, '2026-12-24 20:00', '2100-01-01 00:00')).toEqual([]);
    expect(between(times, '2026-12-24 19:59', '2026-12-24 20:00')).toEqual(['2026-12-24 18:00 to 2026-12-24 20:00']);
    expect(between(times, '2026-12-24 19:00', '2026-12-24 19:00')).toEqual([]);
  });

  it('comes again by its rule from its first time on', () => {
    expect(between(weekend, '2025-01-01 00:00', '2026-01-20 00:00')).toEqual([
      '2026-01-02 17:00 to 2026-01-05 07:00',
      '2026-01-09 17:00 to 2026-01-12 07:00',
      '2026-01-16 17:00 to 2026-01-19 07:00',
    ]);
  });

  it('comes at its first time also when that does not fit its rule', () => {
    const times = timesOf({
      from: '2026-12-24T18:00',
      timeZone: 'UTC',
      duration: '2h',
      recurrence: 'FREQ=WEEKLY;BYDAY=FR',
    });
    expect(between(times, '2026-12-01 00:00', '2026-12-30 00:00')).toEqual([
      '2026-12-24 18:00 to 2026-12-24 20:00',
      '2026-12-25 18:00 to 2026-12-25 20:00',
    ]);
  });

  it('begins by the clocks and lasts by the hour over a change of the clocks', () => {
    expect(between(weekend, '2026-03-27 00:00', '2026-03-31 00:00')).toEqual(['2026-03-27 17:00 to 2026-03-30 07:00']);
    expect(between(weekend, '2026-04-03 00:00', '2026-04-07 00:00')).toEqual(['2026-04-03 16:00 to 2026-04-06 06:00']);
    expect(between(weekend, '2026-10-23 00:00', '2026-10-27 00:00')).toEqual(['2026-10-23 16:00 to 2026-10-26 06:00']);
    expect(between(weekend, '2026-10-30 00:00', '2026-11-03 00:00')).toEqual(['2026-10-30 17:00 to 2026-11-02 07:00']);
  });

  it('lasts for days of the calendar where its duration has days', () => {
    const times = timesOf({ from: '2026-03-28T00:00', duration: '2d12h' });
    expect(between(times, '2026-03-01 00:00', '2026-04-30 00:00')).toEqual(['2026-03-27 23:00 to 2026-03-30 10:00']);
    const daily = timesOf({ from: '2026-10-01T00:00', duration: '1d', recurrence: 'FREQ=DAILY;COUNT=31' });
    const month = daily.between(at('2026-10-01 00:00'), at('2026-11-30 00:00'));
    expect(month).toHaveLength(31);
    expect(month.slice(1).every(({ start }, i) => start === month[i]?.end)).toBe(true);
  });

  it('is there on the day on which the clocks leave its time out, and once on that on which they show it twice', () => {
    const nightly = timesOf({ from: '2026-03-01T02:30', duration: '1h', recurrence: 'FREQ=DAILY' });
    expect(between(nightly, '2026-03-28 12:00', '2026-03-30 12:00')).toEqual([
      '2026-03-29 01:30 to 2026-03-29 02:30',
      '2026-03-30 00:30 to 2026-03-30 01:30',
    ]);
    expect(between(nightly, '2026-10-24 12:00', '2026-10-26 12:00')).toEqual([
      '2026-10-25 00:30 to 2026-10-25 01:30',
      '2026-10-26 01:30 to 2026-10-26 02:30',
    ]);
  });

  it.each([
    ['COUNT=2', ['01-02', '01-09']],
    ['UNTIL=20260116', ['01-02', '01-09', '01-16']],
    ['UNTIL=20260115', ['01-02', '01-09']],
    ['UNTIL=20260116T180000', ['01-02', '01-09', '01-16']],
    ['UNTIL=20260116T175959', ['01-02', '01-09']],
    ['UNTIL=20260116T170000Z', ['01-02', '01-09', '01-16']],
    ['UNTIL=20260116T165959Z', ['01-02', '01-09']],
  ])('ends with %s', (end, days) => {
    const times = new FreezeTimes(windowOf({ recurrence: `FREQ=WEEKLY;BYDAY=FR;${end}` }).spec);
    const found = times.between(at('2026-01-01 00:00'), at('2027-01-01 00:00'));
    expect(found.map(({ start }) => shown(start)?.slice(5, 10))).toEqual(days);
    expect(times.nextFrom(at('2026-02-01 00:00'), at('2027-02-01 00:00'))).toBeNull();
  });

  it('has a next time, also when that is far off', () => {
    const yearly = timesOf({ from: '2020-12-20T00:00', timeZone: 'UTC', duration: '10d', recurrence: 'FREQ=YEARLY' });
    const next = yearly.nextFrom(at('2026-01-01 00:00'), at('2027-01-01 00:00'));
    expect(shown(next?.start ?? null)).toBe('2026-12-20 00:00');
    expect(yearly.nextFrom(at('2026-12-20 00:00'), at('2027-01-01 00:00'))).toEqual(next);
    expect(yearly.nextFrom(at('2026-12-20 00:01'), at('2027-01-01 00:00'))).toBeNull();
    expect(yearly.nextFrom(at('2026-01-01 00:00'), at('2026-12-20 00:00'))).toBeNull();
  });

  it('is found at once also decades after it began', () => {
    const begun = performance.now();
    for (const recurrence of [
      'FREQ=WEEKLY;BYDAY=FR',
      'FREQ=HOURLY;INTERVAL=7',
      'FREQ=MONTHLY;BYDAY=-1FR',
      'FREQ=DAILY',
    ]) {
      const times = timesOf({ from: '1970-01-01T18:00', duration: '1h', recurrence });
      expect(times.between(at('2199-01-01 00:00'), at('2199-03-01 00:00')).length).toBeGreaterThan(0);
    }
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
