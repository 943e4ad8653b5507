/** `2026-01-05 10:04:05Z`: always UTC, so that two people in different places read the same. */
export function moment(iso: string): string {
  const utc = toUtc(iso);
  return utc ? `${utc.slice(0, 10)} ${utc.slice(11, 19)}Z` : iso;
}

/** `10:04:05Z`, where the day is clear. */
export function clockTime(iso: string): string {
  const utc = toUtc(iso);
  return utc ? `${utc.slice(11, 19)}Z` : iso;
}

/** A time of which it is clear when it is about: without its day where that is the day of another time. */
export function timeNear(iso: string, other: string): string {
  return moment(iso).slice(0, 10) === moment(other).slice(0, 10) ? clockTime(iso) : moment(iso);
}

function toUtc(iso: string): string | undefined {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
