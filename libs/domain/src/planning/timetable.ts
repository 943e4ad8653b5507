import type { Freeze } from '../freezes/freeze.js';
import { whenMayOpen } from '../freezes/opening.js';
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
  /** When the last of these is over. */
  readonly overAt: string;
  /** The first wave that would not open within a year, and the freeze that it waits for: from it on nothing has a time. */
  readonly stuck?: { readonly wave: number; readonly window: string } | undefined;
}

/**
 * Works out when each wave of a plan would open, started at `startAt` (milliseconds since the epoch). Waves go around
 * freezes as `whenMayOpen` says; staging is not frozen.
 *
 * @param freezes those about the release
 */
export function timetable(plan: Plan, startAt: number, freezes: readonly Freeze[] = []): Timetable {
  const waves: TimetableEntry[] = [];
  let at = startAt;
  const open = (wave: number, opensAt: number, interval: number, waits?: TimetableEntry['waits']) => {
    at = opensAt + interval;
    waves.push({ wave, opensAt: iso(opensAt), overAt: iso(at), ...(waits ? { waits } : {}) });
  };
  const times = () => ({ startAt: iso(startAt), waves, overAt: iso(at) });
  if (plan.staging) open(0, at, toMs(plan.staging.interval));
  for (const [i, { batches, interval }] of wavesOf(plan.batches).entries()) {
    const clusters = new Set(batches.map(({ cluster }) => cluster));
    const { opensAt, waits } = whenMayOpen(freezes, { clusters, intervalMs: interval }, at);
    if (opensAt === null) return { ...times(), stuck: { wave: i + 1, window: waits.window } };
    open(i + 1, opensAt, interval, waits && { window: waits.window, until: iso(waits.until) });
  }
  return times();
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
