import type { BatchSize, ReleaseSpec, Stage } from '../../documents/release.js';
import type { PlanFacts } from '../facts.js';
import type { Candidate } from './release-patch.js';

const ALL: BatchSize = '100%';

/** Steps that shrink in no cluster, whatever its size, and begin with one unit. */
export const USUAL: readonly (readonly BatchSize[])[] = [
  [1, '50%', ALL],
  [1, '10%', '50%', ALL],
  [1, ALL],
];

/** So many units instead of the first step. */
export function beginningWith(units: number, [, ...steps]: readonly BatchSize[]): BatchSize[] {
  return [units, ...after(units, steps)];
}

/** One unit at a time up to so many, then the steps as they are. */
export function countingTo(units: number, steps: readonly BatchSize[]): BatchSize[] {
  return [...Array.from({ length: units }, (_, i) => i + 1), ...after(units, steps)];
}

/** So many units before the steps as they are. */
export function preceded(units: number, steps: readonly BatchSize[]): BatchSize[] {
  return [units, ...after(units, steps)];
}

/** One unit, then so many more steps of the same size. */
export function evenly(more: number): BatchSize[] {
  const step = Math.floor(1_000_000 / more);
  return [1, ...Array.from({ length: more - 1 }, (_, i) => `${((i + 1) * step) / 10_000}%`), ALL];
}

/** The release with other steps in one of its stages. */
export function withSteps(spec: ReleaseSpec, stage: number, batches: readonly BatchSize[]): ReleaseSpec {
  return withStage(spec, stage, (old) => ({ ...old, batches: [...batches] }));
}

/** The release with one of its stages changed. */
export function withStage(spec: ReleaseSpec, stage: number, change: (old: Stage) => Stage): ReleaseSpec {
  return { ...spec, rollout: spec.rollout.map((old, i) => (i === stage ? change(old) : old)) };
}

/** One cluster at a time. */
export function serially({ maxParallel: _, ...stage }: Stage): Stage {
  return { ...stage, order: 'serial' };
}

/** Smaller first steps for the first stage, all else as it is. */
export function* smallerFirst(spec: ReleaseSpec, units: number): Generator<Candidate> {
  const steps = spec.rollout[0]?.batches ?? [];
  const smaller = [...new Set([units, Math.ceil(units / 2), 1])];
  if (steps.length > 1) for (const first of smaller) yield { spec: withSteps(spec, 0, beginningWith(first, steps)) };
  for (const first of smaller) yield { spec: withSteps(spec, 0, preceded(first, steps)) };
  for (const usual of USUAL) yield { spec: withSteps(spec, 0, usual) };
}

/** The first wave narrower or its clusters one at a time, so that at most so many units go first. */
export function* narrowerFirst({ spec, waves }: PlanFacts, units: number): Generator<Candidate> {
  const width = waves[0]?.batches.length ?? 1;
  const largest = Math.max(...(waves[0]?.batches ?? []).map((batch) => batch.units.length), 1);
  if (units >= width) yield* smallerFirst(spec, Math.floor(units / width));
  for (const [maxParallel, first] of [
    [Math.floor(units / largest), undefined],
    [units, 1],
  ] as const) {
    if (maxParallel < 2 || maxParallel >= width) continue;
    const narrow = withStage(spec, 0, (old) => ({ ...old, maxParallel }));
    if (first === undefined) yield { spec: narrow };
    else yield* smallerFirst(narrow, first);
  }
  const serial = withStage(spec, 0, serially);
  yield { spec: serial };
  yield* smallerFirst(serial, units);
}

/** Shares grow with whatever the cluster has; numbers have to be more than what has changed by then. */
function after(units: number, steps: readonly BatchSize[]): BatchSize[] {
  const later = steps.filter((step) => typeof step === 'string' || step > units);
  return later.length > 0 ? later : [ALL];
}
