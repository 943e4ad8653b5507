import type { FreezeWindowSpec } from '../documents/freeze-window.js';
import { toMs } from '../values/duration.js';
import { Recurrence } from './recurrence.js';
import { readRecurrenceText, UNTIL_FORM } from './recurrence-text.js';
import { parseWallTime, TimeZone, type WallTime } from './wall-time.js';

/** One time that is closed, in milliseconds since the epoch: from its start until just before its end. */
export interface ClosedTime {
  readonly start: number;
  readonly end: number;
}

/** What says when a freeze is. */
export type FreezeRecurrence = Pick<FreezeWindowSpec, 'timeZone' | 'from' | 'duration' | 'recurrence'>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Times are worked out for so long a stretch at once, and kept. */
const STRETCH_MS = 32 * DAY_MS;
const STRETCHES_KEPT = 64;
/** No clock is further from UTC, or changed by more. */
const FURTHEST_MS = 16 * HOUR_MS;

/**
 * When a freeze is. It begins by the clocks of its time zone; what they leave out or show twice is read as
 * {@link TimeZone.momentOf} says. It lasts for the days of its duration by the calendar and for the rest of it by the
 * hour, as in RFC 5545: `1d` is until the clocks show the same again, `24h` is 24 hours.
 */
export class FreezeTimes {
  readonly #zone: TimeZone;
  readonly #from: WallTime;
  readonly #recurrence: Recurrence | null;
  /** None begins after this moment. */
  readonly #last: number;
  readonly #days: number;
  readonly #rest: number;
  readonly #stretches = new Map<number, readonly ClosedTime[]>();

  /**
   * @param freeze of a freeze window that came through its schema
   * @throws RangeError for one that did not, and could not have
   */
  constructor({ timeZone, from, duration, recurrence }: FreezeRecurrence) {
    const zone = TimeZone.of(timeZone);
    const first = parseWallTime(from);
    const text = recurrence === undefined ? null : readRecurrenceText(recurrence);
    if (!zone || first === null || (text && 'problems' in text))
      throw new RangeError(`a freeze cannot be from ${from} in ${timeZone}, again by ${recurrence}`);
    this.#zone = zone;
    this.#from = first;
    this.#recurrence = text ? new Recurrence(text.rule, first) : null;
    this.#last = Number.POSITIVE_INFINITY;
    if (text?.count !== undefined) this.#last = zone.momentOf(Recurrence.lastOf(text.count, text.rule, first));
    if (text?.until !== undefined) this.#last = momentOfUntil(text.until, zone);
    this.#days = Number(/^(\d+)d/.exec(duration)?.[1] ?? 0);
    this.#rest = toMs(duration) - this.#days * DAY_MS;
  }

  /** Its times that have a part between two moments, by their start. They may overlap each other. */
  between(from: number, to: number): ClosedTime[] {
    if (to <= from) return [];
    const first = Math.floor((from - this.#days * DAY_MS - this.#rest - FURTHEST_MS) / STRETCH_MS);
    const last = Math.floor((to + FURTHEST_MS) / STRETCH_MS);
    const found: ClosedTime[] = [];
    for (let stretch = first; stretch <= last; stretch += 1)
      for (const time of this.#stretch(stretch)) if (time.start < to && time.end > from) found.push(time);
    return found;
  }

  /** The first of its times to begin at a moment or later, but before another; null when none does. */
  nextFrom(from: number, before: number): ClosedTime | null {
    for (let at = from; at < Math.min(before, this.#last + 1); at += STRETCH_MS) {
      const next = this.between(at, Math.min(before, at + STRETCH_MS)).find(({ start }) => start >= from);
      if (next) return next;
    }
    return null;
  }

  #stretch(stretch: number): readonly ClosedTime[] {
    const known = this.#stretches.get(stretch);
    if (known) return known;
    const [oldest] = this.#stretches.keys();
    if (oldest !== undefined && this.#stretches.size >= STRETCHES_KEPT) this.#stretches.delete(oldest);
    const times = this.#beginning(stretch * STRETCH_MS, (stretch + 1) * STRETCH_MS);
    this.#stretches.set(stretch, times);
    return times;
  }

  #beginning(from: WallTime, to: WallTime): ClosedTime[] {
    const alone = this.#from >= from && this.#from < to ? [this.#from] : [];
    const walls = this.#recurrence?.between(from, to) ?? alone;
    return walls
      .map((wall) => ({ start: this.#zone.momentOf(wall), end: this.#endOf(wall) }))
      .filter(({ start }) => start <= this.#last);
  }

  #endOf(wall: WallTime): number {
    return this.#zone.momentOf(wall + this.#days * DAY_MS) + this.#rest;
  }
}

/** A day counts until its end, and a time that is not in UTC is one of the zone's clocks. */
function momentOfUntil(until: string, zone: TimeZone): number {
  const [, year, month, day, hour = '23', minute = '59', second = '59', utc] = UNTIL_FORM.exec(until) ?? [];
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return utc === undefined ? zone.momentOf(wall) : wall;
}
