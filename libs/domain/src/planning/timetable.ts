import { toMs } from '../values/duration.js';
import { wavesOf } from './facts.js';
import type { Plan } from './types.js';

/** When a wave opens and is over, if nothing else happens. Deploying is not foreseen and counts as nothing. */
export interface TimetableEntry {
  /** 0 is staging. */
  readonly wave: number;
  /** ISO-8601, like all times in here. */
  readonly opensAt: string;
  readonly overAt: string;
  /** The freeze that it waits for before it opens. */
  readonly waits?: { readonly window: string; readonly until: string } | undefined;
}

/** The times of a plan that is started at a moment. */
export interface Timetable {
  readonly startAt: string;
  readonly waves: readonly TimetableEntry[];
  readonly overAt: string;
}

/** Works out when each wave of a plan would open, started at `startAt` (milliseconds since the epoch). */
export function timetable(plan: Plan, startAt: number): Timetable {
  const stages = [
    ...(plan.staging ? [{ wave: 0, interval: toMs(plan.staging.interval) }] : []),
    ...wavesOf(plan.batches).map(({ interval }, i) => ({ wave: i + 1, interval })),
  ];
  let at = startAt;
  const waves = stages.map(({ wave, interval }) => {
    const opensAt = iso(at);
    at += interval;
    return { wave, opensAt, overAt: iso(at) };
  });
  return { startAt: iso(startAt), waves, overAt: iso(at) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
