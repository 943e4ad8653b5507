import { z } from 'zod';
import { Duration, PositiveDuration, toMs } from '../values/duration.js';
import { mustBe } from '../values/expectation.js';
import { Share } from '../values/share.js';
import { TrafficShare } from '../values/traffic.js';
import { isRecord, refusing } from './flaw.js';
import { API_VERSION, Labels, Metadata, Name } from './metadata.js';
import { repeatedNames, stepFlaws } from './release-flaws.js';
import { RISKS } from './risk.js';
import { Validator } from './validators.js';

/** Clusters by what they are: all of a kind, within a named cluster, with these labels. */
export const ClusterSelector = z
  .strictObject({ kind: Name.optional(), in: Name.optional(), labels: Labels.optional() })
  .refine((selector) => Object.keys(selector).length > 0, 'needs at least one of kind, in, labels');
export type ClusterSelector = z.infer<typeof ClusterSelector>;

/** A batch's cumulative size inside its cluster: a number of units, or a share of them. */
export const BatchSize = z.union([z.int().min(1).max(1_000_000), Share], {
  error: mustBe('a whole number of units such as 1, or a share such as 10%'),
});
export type BatchSize = z.infer<typeof BatchSize>;

/** Clusters by their names, or by what they are. */
export const Clusters = z.union([z.array(Name).min(1).max(10_000), ClusterSelector], {
  error: mustBe('a list of names of clusters, or a selector such as { kind: zone, in: eu }'),
});

/** Stages run one after another; each takes some clusters through the same batches. */
export const Stage = z
  .strictObject({
    clusters: Clusters,
    /** Of these the ones that are left out, with everything within them. */
    exclude: Clusters.optional(),
    /** `serial`: one cluster at a time. `parallel`: side by side, at most `maxParallel` at once. */
    order: z.enum(['serial', 'parallel']).default('serial'),
    maxParallel: z.int().min(1).max(10_000).optional(),
    batches: z.array(BatchSize).min(1).max(1_000).superRefine(refusing(stepFlaws)),
  })
  .refine((stage) => stage.maxParallel === undefined || stage.order !== 'serial', {
    when: ({ value }) => isRecord(value),
    path: ['maxParallel'],
    error: 'only means something with order: parallel',
  });
export type Stage = z.infer<typeof Stage>;

/**
 * INT-5: after `after` clean batches in a row the intervals to come are half as long, after one that was held or was
 * undecided when its interval was over they are twice as long, never shorter than `min` and never longer than `max`.
 */
export const AdaptiveIntervals = z
  .strictObject({ min: PositiveDuration, max: PositiveDuration, after: z.int().min(1).max(1_000).default(1) })
  .refine(({ min, max }) => toMs(min) <= toMs(max), { path: ['max'], error: 'must not be less than min' });
export type AdaptiveIntervals = z.infer<typeof AdaptiveIntervals>;

/** How long batches are observed. A batch's own interval beats `first`, which beats `default`. */
export const Intervals = z.strictObject({
  /** For the first wave. */
  first: Duration.optional(),
  default: Duration.default('10m'),
  batches: z.record(z.string().min(1).max(200), Duration).optional(),
  /** Later waves follow what was observed, beginning with `default`; a batch's own interval stays as it is. */
  adaptive: AdaptiveIntervals.optional(),
});
export type Intervals = z.infer<typeof Intervals>;

/** How hard a batch is tried, and how much may go wrong in it. */
export const Limits = z.strictObject({
  /** Units of one batch that change at the same time. */
  unitsAtOnce: z.int().min(1).max(1_000).default(10),
  /** Units of one batch that may fail for good before the batch fails. */
  failedUnits: z.int().min(0).max(100_000).default(0),
  unitTimeout: PositiveDuration.default('60s'),
  /** How often a unit is tried again after a failure that may pass. */
  retries: z.int().min(0).max(20).default(3),
  /** How long after its interval a batch may still be without a verdict before the release is held. */
  verdictWithin: Duration.default('5m'),
});
export type Limits = z.infer<typeof Limits>;

/** How requests get to staging: instead of to production, or as a copy whose answer is thrown away. */
export const TRAFFIC_MODES = ['split', 'mirror'] as const;
export type TrafficMode = (typeof TRAFFIC_MODES)[number];

/** What a staging environment is given while it is observed. */
export const StagingTraffic = z.strictObject({
  production: TrafficShare.default('1%'),
  internal: TrafficShare.default('100%'),
  mode: z.enum(TRAFFIC_MODES).default('split'),
});
export type StagingTraffic = z.infer<typeof StagingTraffic>;

/** The stage before production: production opens only after it has passed. */
export const Staging = z.strictObject({
  environment: Name,
  traffic: StagingTraffic.prefault({}),
  /** How long it is observed, from the moment at which all of its traffic is there. */
  observe: PositiveDuration.default('10m'),
});
export type Staging = z.infer<typeof Staging>;

/** What happens when a batch is found to be bad. */
export const FAILURE_REACTIONS = ['rollback-batch', 'rollback-release', 'hold'] as const;

/** What becomes of units that come or go in the topology while a release runs. */
export const DRIFT_HANDLINGS = ['hold', 'ignore', 'include'] as const;

/** What is released, where, in which steps, and by what it is judged. */
export const ReleaseSpec = z.strictObject({
  service: Name,
  version: Name,
  risk: z.enum(RISKS).default('standard'),
  topology: Name,
  /** The policy it is judged by. */
  policy: Name.default('default'),
  staging: Staging.optional(),
  rollout: z.array(Stage).min(1).max(1_000),
  interval: Intervals.prefault({}),
  validate: z.array(Validator).max(50).superRefine(refusing(repeatedNames)).default([]),
  onFailure: z.enum(FAILURE_REACTIONS).default('rollback-release'),
  limits: Limits.prefault({}),
  /** What becomes of it when another release has one of its units, or a budget is spent: refused unless it says `queue`. */
  conflict: z.enum(['refuse', 'queue']).optional(),
  /** What becomes of units that come or go in the topology while it runs. It is held for a person unless it says otherwise. */
  drift: z.enum(DRIFT_HANDLINGS).optional(),
  /** It goes through freeze windows, once an exception for that is approved. */
  emergency: z.boolean().optional(),
  reason: z.string().min(1).max(2_000),
});
export type ReleaseSpec = z.infer<typeof ReleaseSpec>;

/** One change of one service over one topology. */
export const Release = z.strictObject({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Release'),
  metadata: Metadata,
  spec: ReleaseSpec,
});
export type Release = z.infer<typeof Release>;
