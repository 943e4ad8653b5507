import { describe, expect, it } from '@jest/globals';
import { at, shown } from './freezes.spec-support.js';
import { formatWallTime, parseWallTime, TimeZone } from './wall-time.js';

const moment = (zone: string, wall: string): string | null =>
  shown(TimeZone.of(zone)?.momentOf(parseWallTime(wall) ?? Number.NaN) ?? null);

describe('a time on a wall', () => {
  it.each([
    '2026-02-30T10:00',
    '2026-13-01T10:00',
    '2026-01-01T24:00',
    '2026-01-01T10:60',
    '2026-01-01',
    '0026-02-29T10:00',
  ])('is never %s', (text) => expect(parseWallTime(text)).toBeNull());

  it.each(['2028-02-29T10:00', '2026-12-31T23:59:59', '1970-01-01T00:00'])('may be %s, and is written so', (text) => {
    const wall = parseWallTime(text);
    expect(wall).not.toBeNull();
    expect(formatWallTime(wall ?? 0)).toBe(text);
  });
});

describe('a time zone', () => {
  it.each([
    ['UTC', '2026-01-05T09:00', '2026-01-05 09:00'],
    ['Europe/Berlin', '2026-01-05T09:00', '2026-01-05 08:00'],
    ['Europe/Berlin', '2026-07-05T09:00', '2026-07-05 07:00'],
    ['America/St_Johns', '2026-01-05T09:00', '2026-01-05 12:30'],
    ['Asia/Kathmandu', '2026-01-05T09:00', '2026-01-05 03:15'],
    ['Pacific/Kiritimati', '2026-01-05T09:00', '2026-01-04 19:00'],
  ])('%s shows %s at %s', (zone, wall, expected) => expect(moment(zone, wall)).toBe(expected));

  it('reads what the clocks leave out as long after the change as it says', () => {
    expect(moment('Europe/Berlin', '2026-03-29T02:30')).toBe('2026-03-29 01:30');
    expect(moment('Europe/Berlin', '2026-03-29T03:30')).toBe('2026-03-29 01:30');
    expect(moment('America/New_York', '2026-03-08T02:00')).toBe('2026-03-08 07:00');
  });

  it('reads what the clocks show twice as the first of the two', () => {
    expect(moment('Europe/Berlin', '2026-10-25T02:30')).toBe('2026-10-25 00:30');
    expect(moment('Europe/Berlin', '2026-10-25T03:00')).toBe('2026-10-25 02:00');
    expect(moment('America/New_York', '2026-11-01T01:00')).toBe('2026-11-01 05:00');
  });

  it('agrees with the clocks at each quarter of an hour around a change of theirs', () => {
    const zone = TimeZone.of('Europe/Berlin');
    const clock = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Berlin',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    for (let time = at('2026-03-28 00:00'); time < at('2026-03-31 00:00'); time += 900_000) {
      const wall = parseWallTime(clock.format(time).replace(' ', 'T')) ?? Number.NaN;
      expect(zone?.momentOf(wall)).toBe(time);
    }
  });

  it.each(['Europe/Berlln', 'Mars', '', 'Europe'])('is never %s', (name) => expect(TimeZone.of(name)).toBeNull());
});
