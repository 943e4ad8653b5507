import type { Environment } from '../documents/environment/environment.js';
import type { PolicySpec } from '../documents/policy.js';
import type { ReleaseSpec } from '../documents/release.js';
import type { Drivers, Topology } from '../documents/topology.js';
import { toMs } from '../values/duration.js';
import type { TopologyIndex } from './index-topology.js';
import type { ResolvedStage } from './select-clusters.js';
import { type BatchingMethod, type Finding, METHODS, type PlannedBatch, type PlannedStaging } from './types.js';

/** What a plan, or what is left of one, is judged by. Nothing else enters into a judgement. */
export interface JudgeInput {
  /** Those of production. */
  readonly batches: readonly PlannedBatch[];
  readonly staging: PlannedStaging | null;
  readonly spec: ReleaseSpec;
  readonly policy: PolicySpec;
  readonly drivers: Drivers;
  /** Only a plan that is being made has it: what runs already is not changed by changing documents. */
  readonly origin?: Origin | undefined;
}

/** What a plan is made from, beyond what its batches tell: where in the documents things are. */
export interface Origin {
  readonly topology: Topology;
  readonly index: TopologyIndex;
  /** One for each stage of the rollout, in its order. */
  readonly stages: readonly ResolvedStage[];
  /** The one at hand, whether the release begins in it or not. */
  readonly environment: Environment | null;
}

/** Batches that run side by side. */
export interface Wave {
  readonly batches: readonly PlannedBatch[];
  /** Milliseconds until the next wave may open: the longest interval of its batches. */
  readonly interval: number;
}

/** The input with what several rules need worked out once. */
export interface PlanFacts extends JudgeInput {
  /** In the order in which they run. */
  readonly waves: readonly Wave[];
  readonly methods: readonly BatchingMethod[];
  /** The sum of the waves' intervals, in milliseconds. */
  readonly observation: number;
  /** From the first batch to completion, in milliseconds. Deploying is not foreseen and counts as nothing. */
  readonly duration: number;
  /** Judges other facts by all rules, to see what a change of a document would do beside what it is meant to. */
  readonly inspect?: ((facts: PlanFacts) => readonly Finding[]) | undefined;
}

/** Works the facts out, in time that grows with the number of batches. */
export function factsOf(input: JudgeInput): PlanFacts {
  const waves = wavesOf(input.batches);
  const observation = waves.reduce((sum, wave) => sum + wave.interval, 0);
  return { ...input, waves, methods: methodsOf(input.batches, waves), observation, duration: observation };
}

/** Batches by wave, whatever order they come in. */
export function wavesOf(batches: readonly PlannedBatch[]): Wave[] {
  const byNumber = new Map<number, PlannedBatch[]>();
  for (const batch of batches) {
    const wave = byNumber.get(batch.wave);
    if (wave) wave.push(batch);
    else byNumber.set(batch.wave, [batch]);
  }
  return [...byNumber]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => ({
      batches: members,
      interval: members.reduce((longest, batch) => Math.max(longest, toMs(batch.interval)), 0),
    }));
}

function methodsOf(batches: readonly PlannedBatch[], waves: readonly Wave[]): BatchingMethod[] {
  const spans = new Map<string, { count: number; first: number; last: number }>();
  for (const { cluster, wave } of batches) {
    const { count, first, last } = spans.get(cluster) ?? { count: 0, first: wave, last: wave };
    spans.set(cluster, { count: count + 1, first: Math.min(first, wave), last: Math.max(last, wave) });
  }
  const all = [...spans.values()];
  const firstToEnd = all.reduce((least, { last }) => Math.min(least, last), Number.POSITIVE_INFINITY);
  const used: Record<BatchingMethod, boolean> = {
    'intra-cluster': all.some(({ count }) => count > 1),
    'inter-cluster-serial': all.some(({ first }) => first > firstToEnd),
    'inter-cluster-distribution': waves.some(({ batches: [one, ...others] }) =>
      others.some((other) => other.cluster !== one?.cluster),
    ),
  };
  return METHODS.filter((method) => used[method]);
}
