import type { BatchSize } from '../documents/release.js';
import { toMillionths, WHOLE } from '../values/share.js';

/**
 * How many units of a cluster have changed after each of its batches.
 *
 * A number is that many units, or the whole cluster if it is smaller. A share is rounded down, to one unit at least:
 * `10%` never means more than a tenth. A step that adds nothing to the one before is left out, so that a small cluster
 * has fewer batches: `[1, 10%, 100%]` on 8 units is 1, 8.
 *
 * Rounding alone must not make a batch smaller than the one before it (BAT-3). So where the shares as written never
 * shrink but the rounded sizes do, early shares give units up to later ones: `25%` steps on 6 units are not 1, 3, 4, 6
 * but 1, 2, 4, 6. Numbers are never moved; sizes that shrink because they were written so are left for BAT-3 to find.
 *
 * @returns growing sizes, each at least 1; the last is less than `size` only when the last step is a number.
 */
export function cumulativeSizes(steps: readonly BatchSize[], size: number): number[] {
  const kept = keptSteps(steps, size);
  const limits = kept.map(({ limit }) => limit);
  const shares = steps.filter((step) => typeof step === 'string').map(toMillionths);
  if (neverShrinks(limits) || !neverShrinks(shares)) return limits;
  const evened = evenOut(limits);
  return kept.every(({ limit, isNumber }, i) => !isNumber || evened[i] === limit) ? evened : limits;
}

/** Which of the steps, by their places in the list, make a batch of a cluster of `size` units: one for each size. */
export function stepsTaken(steps: readonly BatchSize[], size: number): number[] {
  return keptSteps(steps, size).map(({ place }) => place);
}

function keptSteps(steps: readonly BatchSize[], size: number): { limit: number; isNumber: boolean; place: number }[] {
  const kept: { limit: number; isNumber: boolean; place: number }[] = [];
  for (const [place, step] of steps.entries()) {
    const isNumber = typeof step === 'number';
    const limit = isNumber ? Math.min(step, size) : Math.max(1, Math.floor((toMillionths(step) * size) / WHOLE));
    if (limit > (kept.at(-1)?.limit ?? 0)) kept.push({ limit, isNumber, place });
  }
  return kept;
}

/** True when each increment is at least as large as the one before. */
function neverShrinks(sizes: readonly number[]): boolean {
  let before = 0;
  let increment = 0;
  for (const size of sizes) {
    if (size - before < increment) return false;
    increment = size - before;
    before = size;
  }
  return true;
}

/**
 * The largest sizes, none above its limit, whose increments never shrink. As later increments are no smaller than
 * this one, this one may be as large as would still keep every later limit if all of them were equal to it.
 */
function evenOut(limits: readonly number[]): number[] {
  const sizes: number[] = [];
  let size = 0;
  for (let i = 0; i < limits.length; i++) {
    let increment = Number.POSITIVE_INFINITY;
    for (let later = i; later < limits.length; later++)
      increment = Math.min(increment, Math.floor(((limits[later] ?? 0) - size) / (later - i + 1)));
    size += increment;
    sizes.push(size);
  }
  return sizes;
}
