/** The value that so much of the sorted ones do not exceed; `part` is 0 to 1. */
export function quantile(sorted: ArrayLike<number>, part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/** The middle one of any values, in whatever order. */
export function median(values: Iterable<number>): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

export function round(value: number, digits: number): number {
  // Not -0.
  return Number(value.toFixed(digits)) + 0;
}
