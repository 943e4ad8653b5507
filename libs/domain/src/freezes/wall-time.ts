/**
 * What a clock on a wall shows, as the milliseconds since the epoch that it would be in UTC. Which moment that is depends
 * on the {@link TimeZone} that the wall is in.
 */
export type WallTime = number;

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/;
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;
const DAY_MS = 86_400_000;

/** Reads `2026-12-24T18:00`; null for what is no time that any clock shows, the 30th of February say. */
export function parseWallTime(text: string): WallTime | null {
  const [, year, month, day, hour, minute, second] = FORM.exec(text) ?? [];
  if (year === undefined) return null;
  const numbers = [year, month, day, hour, minute, second ?? '0'].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = numbers;
  const wall = Date.UTC(y, mo - 1, d, h, mi, s);
  const same = new Date(wall);
  const shown = [
    same.getUTCFullYear(),
    same.getUTCMonth() + 1,
    same.getUTCDate(),
    same.getUTCHours(),
    same.getUTCMinutes(),
    same.getUTCSeconds(),
  ];
  return shown.every((part, i) => part === numbers[i]) ? wall : null;
}

/** As it is written in a document: `2026-12-24T18:00`, with seconds where there are some. */
export function formatWallTime(wall: WallTime): string {
  const text = new Date(wall).toISOString().slice(0, 19);
  return text.endsWith(':00') ? text.slice(0, 16) : text;
}

/** An IANA time zone: what its clocks show at a moment, and when they show something. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat;

  private constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  /** Null when there is no zone of this name. */
  static of(name: string): TimeZone | null {
    try {
      return new TimeZone(new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' }));
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  /**
   * The moment, in milliseconds since the epoch, as RFC 5545 (3.3.5) reads a local time. What the clocks show twice, when
   * they are set back, is the first of the two. What they leave out, when they are set forward, is as long after the
   * change as it says: 02:30 is 03:30.
   */
  momentOf(wall: WallTime): number {
    const before = this.#offsetAt(wall - DAY_MS);
    const after = this.#offsetAt(wall + DAY_MS);
    const moments = [wall - before, wall - after].filter((moment) => moment + this.#offsetAt(moment) === wall);
    return moments.length > 0 ? Math.min(...moments) : wall - before;
  }

  /** By how much the clocks are ahead of UTC. */
  #offsetAt(moment: number): number {
    const [, sign, hours, minutes, seconds] = OFFSET.exec(this.#format.format(moment)) ?? [];
    const offset = (Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1_000;
    return sign === '-' ? -offset : offset;
  }
}
