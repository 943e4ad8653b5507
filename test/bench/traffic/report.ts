import { cpus } from 'node:os';
import type { BenchReport } from '../bench.js';
import { median, quantile, round } from '../statistics.js';
import { PARALLEL, ROUNDS, type Round } from './rounds.js';
import { readingBaggage } from './tag-cost.js';
import type { Way } from './ways.js';

interface Findings {
  readonly ways: readonly Way[];
  /** Of each way, by its name; all of them in the same order. */
  readonly rounds: ReadonlyMap<string, readonly Round[]>;
  /** How much of a way's requests went to staging, in percent, where somebody counts. */
  readonly shares: ReadonlyMap<string, number>;
  readonly skipped: readonly string[];
}

/** Medians over the rounds; what is compared is compared within each round first. */
export function report({ ways, rounds, shares, skipped }: Findings): BenchReport {
  const of = (name: string): readonly Round[] => rounds.get(name) ?? [];
  const rows = ways.map(({ name, against }) => {
    const own = of(name);
    const others = of(against ?? name);
    const ratios = own.map(({ perSecond }, i) => perSecond / (others[i]?.perSecond ?? Number.NaN)).sort(ascending);
    return {
      way: name,
      'to staging, %': rounded(shares.get(name)),
      'requests/s': Math.round(median(own.map(({ perSecond }) => perSecond))),
      'p50 ms': milliseconds(own.map(({ busy }) => busy.p50)),
      'p99 ms': milliseconds(own.map(({ busy }) => busy.p99)),
      'alone p50 ms': milliseconds(own.map(({ alone }) => alone.p50)),
      'alone p99 ms': milliseconds(own.map(({ alone }) => alone.p99)),
      against: against ?? '',
      ratio: against === null ? '' : round(quantile(ratios, 0.5), 2),
      'ratio, middle half': against === null ? '' : `${two(quantile(ratios, 0.25))}–${two(quantile(ratios, 0.75))}`,
      'adds alone, ms': against === null ? '' : added(own, others),
    };
  });
  return {
    bench: 'traffic',
    rows,
    summary: {
      'requests under way': PARALLEL,
      rounds: ROUNDS,
      cores: cpus().length,
      'reading a baggage of three members, ns': readingBaggage(),
      skipped: skipped.join('; ') || 'nothing',
    },
  };
}

/** What a single request takes more than on the other way: the median of the rounds' differences. */
function added(own: readonly Round[], others: readonly Round[]): number {
  return round(median(own.map(({ alone }, i) => alone.p50 - (others[i]?.alone.p50 ?? Number.NaN))), 3);
}

function milliseconds(values: readonly number[]): number {
  return round(median(values), 3);
}

function ascending(one: number, other: number): number {
  return one - other;
}

function rounded(share: number | undefined): number | '' {
  return share === undefined ? '' : round(share, 2);
}

function two(value: number): string {
  return value.toFixed(2);
}
