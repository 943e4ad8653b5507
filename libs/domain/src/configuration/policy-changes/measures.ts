import type { PolicySpec, RuleMode, Severity } from '../../documents/policy.js';
import { RISKS, type Risk } from '../../documents/risk.js';
import { toMs } from '../../values/duration.js';
import { ALL_BASIS_POINTS, toBasisPoints } from '../../values/traffic.js';
import { type Compare, change } from './change.js';

type Read<T> = (spec: PolicySpec) => T;

/** A field whose values are more or less strict, and nothing else. */
interface Measure<T> {
  /** Where below `spec`, `total.high`. */
  readonly at: string;
  /** What it is, as the beginning of a sentence. */
  readonly what: string;
  readonly read: Read<T>;
  /** The larger, the stricter. */
  readonly strictness: (value: T) => number;
}

/** Compares by how strict a field is; two ways to write the same are no change. */
export function measured<T extends string | number | boolean | undefined>(measure: Measure<T>): Compare {
  const { at, what, read, strictness } = measure;
  return (from, to) => {
    const [old, now] = [read(from), read(to)];
    const difference = strictness(now) - strictness(old);
    if (difference === 0) return [];
    const words = `${what} is ${inWords(now)} instead of ${inWords(old)}`;
    const effect = difference > 0 ? 'tighter' : 'looser';
    return [change(at.split('.'), [asText(old), asText(now)], effect, words)];
  };
}

function asText(value: string | number | boolean | undefined): string | null {
  return value === undefined ? null : String(value);
}

function inWords(value: string | number | boolean | undefined): string {
  return value === undefined ? 'left open' : String(value);
}

const SEVERITIES: Readonly<Record<Severity, number>> = { warn: 0, block: 1 };
const MODES: Readonly<Record<RuleMode, number>> = { off: 0, shadow: 1, enforce: 2 };

export const severe = (severity: Severity): number => SEVERITIES[severity];
export const enforced = (mode: RuleMode): number => MODES[mode];

const most = (value: number | undefined): number => -(value ?? Number.MAX_SAFE_INTEGER);
const least = (duration: string | undefined): number => toMs(duration ?? '0s');

type Times = 'total' | 'observe' | 'first';
const TIMES: Readonly<Record<Times, string>> = {
  total: 'the least time in all',
  observe: 'the least observation in all',
  first: 'the least observation of a first batch',
};

function times(field: Times): [string, Compare][] {
  return RISKS.map((risk) => {
    const at = `${field}.${risk}`;
    const what = `${TIMES[field]} at ${risk} risk`;
    return [at, measured({ at, what, read: (spec) => spec[field][risk], strictness: least })];
  });
}

const USES: readonly (Risk | 'exception')[] = [...RISKS, 'exception'];

function people(): [string, Compare][] {
  return USES.map((use) => {
    const at = `people.${use}`;
    const what = `the number of people who approve ${use === 'exception' ? 'an exception' : `${use} risk`}`;
    return [at, measured({ at, what, read: ({ people }) => people?.[use] ?? 1, strictness: Number })];
  });
}

function budgets(): [string, Compare][] {
  return (['topology', 'cluster'] as const).map((of) => {
    const at = `budgets.${of}`;
    const what = `the most releases that run at a time in one ${of}`;
    return [at, measured({ at, what, read: ({ budgets }) => budgets?.[of], strictness: most })];
  });
}

/** The fields that are numbers, times, or one of a few words. */
export const MEASURES: Readonly<Record<string, Compare>> = {
  minBatches: measured({
    at: 'minBatches',
    what: 'the least number of batches',
    read: ({ minBatches }) => minBatches,
    strictness: Number,
  }),
  'firstBatch.maxUnits': measured({
    at: 'firstBatch.maxUnits',
    what: 'the most units that go first',
    read: ({ firstBatch }) => firstBatch.maxUnits,
    strictness: most,
  }),
  'firstBatch.severity': measured({
    at: 'firstBatch.severity',
    what: 'the severity of too many units that go first',
    read: ({ firstBatch }) => firstBatch.severity,
    strictness: severe,
  }),
  ...Object.fromEntries([...times('total'), ...times('observe'), ...times('first')]),
  'validation.required': measured({
    at: 'validation.required',
    what: 'that every batch is validated',
    read: ({ validation }) => validation.required,
    strictness: Number,
  }),
  'staging.maxProduction': measured({
    at: 'staging.maxProduction',
    what: 'the largest share of production traffic that goes to staging',
    read: ({ staging }) => staging?.maxProduction,
    strictness: (share) => -(share === undefined ? ALL_BASIS_POINTS : toBasisPoints(share)),
  }),
  ...Object.fromEntries([...people(), ...budgets()]),
};
