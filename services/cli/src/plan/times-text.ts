import type { Timetable, TimetableEntry } from '#domain';
import { moment, timeNear } from '../text/time.js';

/** `opens 10:20:00Z, over 10:30:00Z`; with the day where it is not that of the start. */
export function opensText({ opensAt, overAt }: TimetableEntry, { startAt }: Timetable): string {
  return `opens ${timeNear(opensAt, startAt)}, over ${timeNear(overAt, opensAt)}`;
}

/** What a wave waits for before it opens; undefined when that is nothing but the wave before. */
export function waitsText({ waits }: TimetableEntry): string | undefined {
  return waits && `waits for freeze ${waits.window} until ${moment(waits.until)}`;
}

/** From when to when all of it goes. */
export function overText({ startAt, overAt, stuck }: Timetable): string {
  if (stuck) return `from ${moment(startAt)}; wave ${stuck.wave} finds no time to open for freeze ${stuck.window}`;
  return `from ${moment(startAt)} to ${timeNear(overAt, startAt)}, if nothing holds it`;
}
