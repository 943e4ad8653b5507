import { quantile } from '../statistics.js';

/** What has arrived since it was last asked for; times in milliseconds. */
export interface Arrivals {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** What a receiving process is asked: how much there is, or all there is to say of it, which then begins anew. */
export type Question = 'count' | 'take';

/** Answers questions about the ages that are noted, until whoever started this process lets go of it. */
export function answerFor(ages: number[]): void {
  process.once('disconnect', () => process.exit());
  process.on('message', (question: Question) => {
    process.send?.(question === 'count' ? ages.length : arrivalsOf(ages.splice(0)));
  });
}

function arrivalsOf(ages: readonly number[]): Arrivals {
  const sorted = Float64Array.from(ages).sort();
  const longest = sorted.at(-1) ?? Number.NaN;
  return { count: sorted.length, p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), longest };
}
