const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
const SMALL = 16;

/** log(n!) - log(sqrt(2 pi n) (n/e)^n) for n below 16, where the series is not exact enough. The first is never used. */
const EXACT: readonly number[] = exactErrors();

function exactErrors(): number[] {
  const errors = [0];
  let factorial = 1;
  for (let n = 1; n < SMALL; n += 1) {
    factorial *= n;
    errors.push(Math.log(factorial) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI);
  }
  return errors;
}

/** The error of Stirling's formula for log(n!), n a whole number from 1 on. Absolute error below 1e-15. */
export function stirlingError(n: number): number {
  if (n < SMALL) return EXACT[n] ?? 0;
  const square = n * n;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n;
}

/**
 * x log(x/m) + m - x, without losing digits when x and m are close together. How far x is from its expectation m.
 *
 * Source: C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000.
 */
export function deviance(x: number, m: number): number {
  if (x === 0) return m;
  if (Math.abs(x - m) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1_000; j += 1) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) return next;
    sum = next;
  }
  return sum;
}
