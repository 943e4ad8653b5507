import { deviance, stirlingError } from './log-factorial.js';

/**
 * From this many expected events on the tail is taken from Chernoff's bound, which is never too small. The sum would
 * need a million terms, and at such numbers the two differ by less than anybody can act on.
 */
const HUGE = 1e9;
const LOG_TWO_PI = Math.log(2 * Math.PI);
/** Terms that add less than this share to a sum are not worth adding. */
const NEGLIGIBLE = 1e-17;

/**
 * P(X >= x) for X ~ Poisson(mean): how likely so many events are, or more, when so many are expected.
 * Relative error below 1e-12 for a mean up to 1e9; an upper bound beyond.
 *
 * @param x a whole number of events, at least 0
 */
export function poissonTail(x: number, mean: number): number {
  if (x <= 0) return 1;
  if (mean <= 0) return 0;
  if (x <= mean) return mean > HUGE ? 1 : 1 - pointPoisson(x - 1, mean) * descending(x - 1, (k) => k / mean);
  if (mean > HUGE || x > HUGE) return Math.exp(-deviance(x, mean));
  return pointPoisson(x, mean) * ascending((k) => mean / (x + k));
}

/**
 * P(X >= x) for X ~ Binomial(n, p). Relative error below 1e-12 for n p up to 1e9; an upper bound beyond.
 *
 * @param x a whole number, 0 to n
 */
export function binomialTail(x: number, n: number, p: number): number {
  if (x <= 0) return 1;
  if (x > n || p <= 0) return 0;
  if (p >= 1) return 1;
  const mean = n * p;
  const odds = p / (1 - p);
  if (x <= mean) {
    return n > HUGE ? 1 : 1 - pointBinomial(x - 1, n, p) * descending(x - 1, (k) => k / ((n - k + 1) * odds));
  }
  if (n > HUGE) return Math.exp(-deviance(x, mean) - deviance(n - x, n - mean));
  return pointBinomial(x, n, p) * ascending((k) => ((n - x - k + 1) / (x + k)) * odds);
}

/** 1 + r(1) + r(1) r(2) + …, for ratios that fall below 1. */
function ascending(ratio: (k: number) => number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * NEGLIGIBLE; k += 1) {
    term *= ratio(k);
    sum += term;
  }
  return sum;
}

/** 1 + r(x) + r(x) r(x-1) + … down to r(1). */
function descending(x: number, ratio: (k: number) => number): number {
  let sum = 1;
  let term = 1;
  for (let k = x; k >= 1 && term > sum * NEGLIGIBLE; k -= 1) {
    term *= ratio(k);
    sum += term;
  }
  return sum;
}

function pointPoisson(x: number, mean: number): number {
  if (x === 0) return Math.exp(-mean);
  return Math.exp(-stirlingError(x) - deviance(x, mean) - 0.5 * (LOG_TWO_PI + Math.log(x)));
}

function pointBinomial(x: number, n: number, p: number): number {
  if (x === 0) return Math.exp(n * Math.log1p(-p));
  if (x === n) return Math.exp(n * Math.log(p));
  const rest = n - x;
  const log =
    stirlingError(n) - stirlingError(x) - stirlingError(rest) - deviance(x, n * p) - deviance(rest, n * (1 - p));
  return Math.exp(log - 0.5 * (LOG_TWO_PI + Math.log(x) + Math.log(rest) - Math.log(n)));
}
