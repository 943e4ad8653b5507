import { describe, expect, it } from '@jest/globals';
import { freezesAbout } from '../freezes/freeze.js';
import { at, windowOf } from '../freezes/freezes.spec-support.js';
import { environmentOf, planOf, policyOf, releaseOf, topologyOf } from './documents.spec-support.js';
import { plan } from './plan.js';
import { type Timetable, timetable } from './timetable.js';
import type { Plan } from './types.js';

const TREE = { eu: 4, us: 2 };
const ROLLOUT = [
  { clusters: ['eu'], batches: [1, '50%', '100%'] },
  { clusters: ['us'], batches: ['100%'] },
];
const SUBJECT = { service: 'checkout', risk: 'standard', topology: 'production' } as const;
const FRIDAY = at('2026-01-09 16:15');

const freezes = (...scopes: object[]) =>
  freezesAbout(
    scopes.map((scope, i) => windowOf({ scope }, `weekend-${i + 1}`)),
    SUBJECT,
    [topologyOf(TREE)],
  );

/** `1 16:15-16:25`, with the window where it waits for one. */
const lines = ({ waves }: Timetable): string[] =>
  waves.map(({ wave, opensAt, overAt, waits }) => {
    const time = (moment: string) => moment.slice(8, 16).replace('T', ' ');
    return `${wave} ${time(opensAt)}-${time(overAt)}${waits ? ` after ${waits.window} until ${time(waits.until)}` : ''}`;
  });

describe('the timetable of a plan', () => {
  const usual = planOf(TREE, ROLLOUT, { interval: { first: '20m', default: '10m' } });

  it('has the waves one after another when there are no freezes', () => {
    expect(lines(timetable(usual, FRIDAY))).toEqual([
      '1 09 16:15-09 16:35',
      '2 09 16:35-09 16:45',
      '3 09 16:45-09 16:55',
      '4 09 16:55-09 17:05',
    ]);
  });

  it('goes around a freeze that a wave would run into, and says which it waits for', () => {
    const times = timetable(usual, FRIDAY, freezes({}));
    expect(lines(times)).toEqual([
      '1 09 16:15-09 16:35',
      '2 09 16:35-09 16:45',
      '3 09 16:45-09 16:55',
      '4 12 07:00-12 07:10 after weekend-1 until 12 07:00',
    ]);
    expect(times.overAt).toBe('2026-01-12T07:10:00.000Z');
  });

  it('goes around the freezes of the clusters of a wave alone', () => {
    expect(lines(timetable(usual, FRIDAY, freezes({ clusters: ['eu'] })))).toEqual(lines(timetable(usual, FRIDAY)));
    expect(lines(timetable(usual, at('2026-01-09 18:00'), freezes({ clusters: ['us'] })))).toEqual([
      '1 09 18:00-09 18:20',
      '2 09 18:20-09 18:30',
      '3 09 18:30-09 18:40',
      '4 12 07:00-12 07:10 after weekend-1 until 12 07:00',
    ]);
  });

  it('lets staging begin in a freeze, and production wait for its end', () => {
    const spec = { rollout: ROLLOUT, staging: { environment: 'checkout-staging', observe: '30m' } };
    const planned = plan(releaseOf(spec), topologyOf(TREE), policyOf(), environmentOf(1));
    if (!planned.ok) throw new Error('it can be planned');
    expect(lines(timetable(planned.plan, at('2026-01-10 00:00'), freezes({}))).slice(0, 2)).toEqual([
      '0 10 00:00-10 00:30',
      '1 12 07:00-12 07:10 after weekend-1 until 12 07:00',
    ]);
  });

  it('ends where a wave would not open within a year', () => {
    const half = { timeZone: 'UTC', recurrence: 'FREQ=DAILY', duration: '12h', scope: { clusters: ['us'] } };
    const always = [windowOf(half, 'night'), windowOf({ ...half, from: '2026-01-02T06:00' }, 'day')];
    const times = timetable(usual, at('2026-01-10 00:00'), freezesAbout(always, SUBJECT, [topologyOf(TREE)]));
    expect(times.waves.map(({ wave }) => wave)).toEqual([1, 2, 3]);
    expect(times.stuck).toEqual({ wave: 4, window: 'night' });
  });

  it('of thousands of waves takes moments', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => `c${i}`);
    const batches = many.map((cluster, i) => ({
      id: `${cluster}.1`,
      wave: i + 1,
      cluster,
      units: [],
      interval: '10m',
      cumulativeUnits: i + 1,
      cumulativeShare: 1,
    }));
    const large: Plan = { ...usual, batches };
    const windows = Array.from({ length: 20 }, (_, i) => windowOf({ duration: `${i + 1}h` }, `weekend-${i}`));
    const begun = performance.now();
    const { waves } = timetable(large, FRIDAY, freezesAbout(windows, SUBJECT, []));
    expect(waves).toHaveLength(5_000);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});
