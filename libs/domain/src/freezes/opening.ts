import { closes, type Freeze } from './freeze.js';

/** What a wave waits for before it opens. */
export interface FreezeWait {
  readonly window: string;
  readonly reason: string;
  /** When that freeze begins, or has begun; milliseconds since the epoch. It has not yet when the wave would run into it. */
  readonly from: number;
  /** When the waiting is over. */
  readonly until: number;
}

/** When a wave may open; null when that is not within {@link FURTHEST_OPENING_MS}, which the wait is for then. */
export type Opening =
  | { readonly opensAt: number; readonly waits?: FreezeWait | undefined }
  | { readonly opensAt: null; readonly waits: FreezeWait };

/** What opens later than this is not looked for. */
export const FURTHEST_OPENING_MS = 366 * 86_400_000;

/**
 * When a wave may open that is due now. It opens only outside of the freezes that are about any of its clusters. Where
 * its observation would run into one, it waits until that one is over, unless the gap between the last freeze and that
 * one is shorter than its interval anyway: then it opens at once, and it is the wave after it that waits.
 *
 * @param freezes those about the release
 * @param wave its clusters, and how long it is observed in milliseconds
 */
export function whenMayOpen(
  freezes: readonly Freeze[],
  wave: { readonly clusters: Iterable<string>; readonly intervalMs: number },
  now: number,
): Opening {
  const about = freezes.filter((freeze) => closes(freeze, wave.clusters));
  const furthest = now + FURTHEST_OPENING_MS;
  const current = closedAt(about, now);
  if (current) return waitFor(about, current, furthest);
  const next = nextOf(about, now, Math.min(furthest, now + wave.intervalMs));
  if (!next || isGapTooShort(about, next.from - wave.intervalMs, now)) return { opensAt: now };
  return waitFor(about, next, furthest);
}

type Begun = Omit<FreezeWait, 'until'> & { readonly end: number };

/** Waits for a freeze, and for those that follow without a gap. */
function waitFor(freezes: readonly Freeze[], first: Begun, furthest: number): Opening {
  const { window, reason, from } = first;
  let end = first.end;
  for (let next = closedAt(freezes, end); next && end < furthest; next = closedAt(freezes, end)) end = next.end;
  if (end >= furthest) return { opensAt: null, waits: { window, reason, from, until: furthest } };
  return { opensAt: end, waits: { window, reason, from, until: end } };
}

/** The freeze that is on at a moment; of several the one that is on for the longest. */
function closedAt(freezes: readonly Freeze[], moment: number): Begun | null {
  let longest: Begun | null = null;
  for (const { window, reason, times } of freezes)
    for (const { start, end } of times.between(moment, moment + 1))
      if (end > (longest?.end ?? moment)) longest = { window, reason, from: start, end };
  return longest;
}

/** The freeze that begins first after a moment, before another. */
function nextOf(freezes: readonly Freeze[], after: number, before: number): Begun | null {
  let earliest: Begun | null = null;
  for (const { window, reason, times } of freezes) {
    const next = times.nextFrom(after, Math.min(before, earliest?.from ?? before));
    if (next) earliest = { window, reason, from: next.start, end: next.end };
  }
  return earliest;
}

/** Whether a freeze was on since a moment: then even a wave that had opened right after it would run into the next one. */
function isGapTooShort(freezes: readonly Freeze[], since: number, now: number): boolean {
  return freezes.some(({ times }) => times.between(since, now).length > 0);
}
