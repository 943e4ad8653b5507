/**
 * For how long a batch was really watched, in milliseconds: the time between rounds, of which a hole counts as no more
 * than the longest gap that rounds may have between them.
 */
export function watchedMs(moments: readonly number[], longestGapMs: number): number {
  return moments.slice(1).reduce((sum, moment, i) => sum + Math.min(longestGapMs, moment - (moments[i] as number)), 0);
}
