import { z } from 'zod';
import { PositiveDuration } from '../values/duration.js';
import { Share } from '../values/share.js';
import { Name } from './metadata.js';

/** A series as Prometheus writes it: `name` or `name{label="value",code=~"5.."}`. */
const Series = z.string().min(1).max(1_000);
const Path = z.string().min(1).max(500).startsWith('/');

/** Compares the changed units' rate `events / exposure` with that of the unchanged units of the same cluster. */
export const MetricCheck = z.strictObject({
  provider: z.literal('scrape').default('scrape'),
  events: Series,
  exposure: Series,
  /** How much higher than the control's the rate may be. */
  tolerance: Share.default('25%'),
  /** The rate that is never exceeded, whatever the control does. */
  guard: Share.optional(),
  /** With fewer exposures than this nothing passes; what is clearly bad fails all the same. */
  minimum: z.int().min(1).max(1_000_000_000).default(50),
  path: Path.default('/metrics'),
});
export type MetricCheck = z.infer<typeof MetricCheck>;

/** Compares how many requests are slow on the changed units with how many are on the unchanged ones. */
export const LatencyCheck = z.strictObject({
  provider: z.literal('scrape').default('scrape'),
  histogram: Series,
  tolerance: Share.default('10%'),
  minimum: z.int().min(1).max(1_000_000_000).default(50),
  path: Path.default('/metrics'),
});
export type LatencyCheck = z.infer<typeof LatencyCheck>;

/** Counts the lines of a log that match: at least `min`, at most `max`, in each `per`, over the changed units together. */
export const LogCheck = z
  .strictObject({
    /** A path on the unit (`/logs/orders.log`), or a bare name, which is `/logs/<name>`. */
    source: z.string().min(1).max(500),
    /** A regular expression without flags. */
    pattern: z.string().min(1).max(500).refine(isPattern, 'is not a regular expression'),
    min: z.int().min(0).optional(),
    max: z.int().min(0).optional(),
    per: PositiveDuration.default('1m'),
  })
  .refine((log) => log.min !== undefined || log.max !== undefined, 'needs min, max or both')
  .refine((log) => (log.min ?? 0) <= (log.max ?? Number.POSITIVE_INFINITY), {
    path: ['max'],
    error: 'must not be less than min',
  });
export type LogCheck = z.infer<typeof LogCheck>;

/** Reads a file back from every changed unit and compares its SHA-256. */
export const FileCheck = z.strictObject({
  path: Path,
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits'),
});
export type FileCheck = z.infer<typeof FileCheck>;

/** People who look and confirm; none of them submitted or started the release. */
export const ConfirmCheck = z.strictObject({
  role: z.enum(['operator', 'approver', 'admin']).default('operator'),
  people: z.int().min(1).max(10).default(1),
});
export type ConfirmCheck = z.infer<typeof ConfirmCheck>;

/** The ways to judge a batch. */
export const VALIDATOR_KINDS = ['metric', 'latency', 'log', 'file', 'confirm'] as const;
export type ValidatorKind = (typeof VALIDATOR_KINDS)[number];

/** One validator: a name and exactly one way to judge. */
export const Validator = z
  .strictObject({
    name: Name,
    metric: MetricCheck.optional(),
    latency: LatencyCheck.optional(),
    log: LogCheck.optional(),
    file: FileCheck.optional(),
    confirm: ConfirmCheck.optional(),
  })
  .refine(
    (validator) => VALIDATOR_KINDS.filter((kind) => validator[kind] !== undefined).length === 1,
    `needs exactly one of ${VALIDATOR_KINDS.join(', ')}`,
  );
export type Validator = z.infer<typeof Validator>;

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Which way a parsed validator judges. */
export function validatorKind(validator: Validator): ValidatorKind {
  const kind = VALIDATOR_KINDS.find((candidate) => validator[candidate] !== undefined);
  if (!kind) throw new Error(`validator ${validator.name} has no check`);
  return kind;
}
