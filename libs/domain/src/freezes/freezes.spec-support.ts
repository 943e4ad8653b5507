import { FreezeWindow } from '../documents/freeze-window.js';
import type { Freeze } from './freeze.js';
import { FreezeTimes } from './freeze-times.js';

const WEEKEND = { timeZone: 'Europe/Berlin', from: '2026-01-02T18:00', duration: '62h' };

/** A freeze window over the weekends of Berlin, changed by `spec`. */
export function windowOf(spec: Record<string, unknown> = {}, name = 'weekend'): FreezeWindow {
  return FreezeWindow.parse({
    apiVersion: 'sluice/v1',
    kind: 'FreezeWindow',
    metadata: { name },
    spec: { reason: 'nobody is there', recurrence: 'FREQ=WEEKLY;BYDAY=FR', ...WEEKEND, ...spec },
  });
}

/** When a freeze of this kind is. */
export function timesOf(spec: Record<string, unknown>): FreezeTimes {
  return new FreezeTimes(windowOf({ recurrence: undefined, ...spec }).spec);
}

/** A freeze of every cluster, or of these. */
export function freezeOf(window: string, times: FreezeTimes, clusters: readonly string[] | null = null): Freeze {
  return { window, reason: 'nobody is there', times, clusters: clusters && new Set(clusters) };
}

/** Milliseconds since the epoch: `at('2026-01-05 09:00')`, in UTC. */
export function at(text: string): number {
  return Date.parse(`${text.replace(' ', 'T')}Z`);
}

/** The inverse of {@link at}, to the minute. */
export function shown(moment: number | null): string | null {
  return moment === null ? null : new Date(moment).toISOString().slice(0, 16).replace('T', ' ');
}
