import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Freeze } from './freeze.js';
import { at, freezeOf, shown, timesOf } from './freezes.spec-support.js';
import { whenMayOpen } from './opening.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const night = freezeOf(
  'night',
  timesOf({ timeZone: 'UTC', from: '2026-01-01T18:00', duration: '14h', recurrence: 'FREQ=DAILY' }),
);
const weekend = freezeOf(
  'weekend',
  timesOf({ timeZone: 'UTC', from: '2026-01-02T18:00', duration: '62h', recurrence: 'FREQ=WEEKLY' }),
);
const holidays = freezeOf('holidays', timesOf({ timeZone: 'UTC', from: '2026-01-05T08:00', duration: '4h' }));

const opening = (freezes: readonly Freeze[], now: string, intervalMs = 20 * MINUTE, clusters = ['eu-1']) => {
  const { opensAt, waits } = whenMayOpen(freezes, { clusters, intervalMs }, at(now));
  return { opensAt: shown(opensAt), ...(waits ? { for: waits.window, until: shown(waits.until) } : {}) };
};

describe('a wave', () => {
  it('opens at once when no freeze is on, or about it', () => {
    expect(opening([], '2026-01-03 10:00')).toEqual({ opensAt: '2026-01-03 10:00' });
    expect(opening([weekend], '2026-01-06 10:00')).toEqual({ opensAt: '2026-01-06 10:00' });
    const inUs = freezeOf('us', weekend.times, ['us-1']);
    expect(opening([inUs], '2026-01-03 10:00')).toEqual({ opensAt: '2026-01-03 10:00' });
    expect(opening([inUs], '2026-01-03 10:00', 0, ['eu-1', 'us-1'])).toMatchObject({ opensAt: '2026-01-05 08:00' });
  });

  it('waits in a freeze until it is over, and opens at its end', () => {
    const monday = { opensAt: '2026-01-05 08:00', for: 'weekend', until: '2026-01-05 08:00' };
    expect(opening([weekend], '2026-01-03 10:00')).toEqual(monday);
    expect(opening([weekend], '2026-01-02 18:00')).toEqual(monday);
    expect(opening([weekend], '2026-01-05 08:00')).toEqual({ opensAt: '2026-01-05 08:00' });
  });

  it('waits for the freezes that follow without a gap too', () => {
    expect(opening([weekend, holidays], '2026-01-03 10:00')).toEqual({
      opensAt: '2026-01-05 12:00',
      for: 'weekend',
      until: '2026-01-05 12:00',
    });
  });

  it('is planned around a freeze that its observation would run into', () => {
    expect(opening([weekend], '2026-01-02 17:40')).toEqual({ opensAt: '2026-01-02 17:40' });
    expect(opening([weekend], '2026-01-02 17:41')).toEqual({
      opensAt: '2026-01-05 08:00',
      for: 'weekend',
      until: '2026-01-05 08:00',
    });
  });

  it('opens at once where the gap between two freezes is shorter than its interval anyway', () => {
    expect(opening([night], '2026-01-05 08:00', 10 * HOUR)).toEqual({ opensAt: '2026-01-05 08:00' });
    expect(opening([night], '2026-01-05 08:00', 10 * HOUR + 1)).toEqual({ opensAt: '2026-01-05 08:00' });
    expect(opening([night], '2026-01-05 17:59', 10 * HOUR + 1)).toEqual({ opensAt: '2026-01-05 17:59' });
    expect(opening([night], '2026-01-05 08:01', 10 * HOUR)).toMatchObject({ opensAt: '2026-01-06 08:00' });
  });

  it('is told when there is no opening within a year, and looks no further', () => {
    const morning = freezeOf(
      'day',
      timesOf({ timeZone: 'UTC', from: '2026-01-01T08:00', duration: '10h', recurrence: 'FREQ=DAILY' }),
    );
    expect(opening([night, morning], '2026-01-05 12:00')).toEqual({
      opensAt: null,
      for: 'day',
      until: '2027-01-06 12:00',
    });
  });
});

/** Minutes since the start: from, until, and whether it is about the wave. */
const Closed = fc.record({ from: fc.nat(400), lasts: fc.integer({ min: 1, max: 120 }), isAbout: fc.boolean() });
const START = at('2026-01-05 00:00');

describe('the opening of a wave', () => {
  it('is never in a freeze, and the earliest that the rule allows, whatever the freezes', () => {
    fc.assert(
      fc.property(
        fc.array(Closed, { maxLength: 8 }),
        fc.nat(300),
        fc.integer({ min: 0, max: 200 }),
        (closed, now, interval) => {
          const freezes = closed.map(({ from, lasts, isAbout }, i) => {
            const begins = new Date(START + from * MINUTE).toISOString().slice(0, 16);
            const times = timesOf({ timeZone: 'UTC', from: begins, duration: `${lasts}m` });
            return freezeOf(`freeze-${i}`, times, isAbout ? ['eu-1'] : ['us-1']);
          });
          const wave = { clusters: ['eu-1'], intervalMs: interval * MINUTE };
          const { opensAt, waits } = whenMayOpen(freezes, wave, START + now * MINUTE);
          const about = closed.filter(({ isAbout }) => isAbout);
          const expected = earliest(about, now, interval);
          expect(opensAt).toBe(START + expected * MINUTE);
          expect(waits?.until).toBe(expected === now ? undefined : opensAt);
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** The rule, minute by minute. */
function earliest(closed: readonly { from: number; lasts: number }[], now: number, interval: number): number {
  const isClosed = (minute: number) => closed.some(({ from, lasts }) => from <= minute && minute < from + lasts);
  for (let minute = now; ; minute += 1) {
    if (isClosed(minute)) continue;
    let gapEnds = minute;
    while (!isClosed(gapEnds) && gapEnds < minute + interval) gapEnds += 1;
    let gapBegins = minute;
    while (!isClosed(gapBegins - 1) && gapEnds - gapBegins < interval) gapBegins -= 1;
    const runsInto = gapEnds < minute + interval;
    if (!runsInto || gapEnds - gapBegins < interval) return minute;
  }
}
