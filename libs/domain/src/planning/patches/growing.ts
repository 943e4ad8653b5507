import type { BatchSize, ReleaseSpec } from '../../documents/release.js';
import { cumulativeSizes, stepsTaken } from '../batch-sizes.js';
import type { Candidate } from './release-patch.js';
import { evenly, USUAL, withSteps } from './steps.js';

/** A batch that is smaller than the one before it, by its place in its cluster (from 1), and that in the rollout. */
export interface Shrinking {
  readonly stage: number;
  readonly clusterSize: number;
  readonly number: number;
}

/** Steps for a stage in which the batch before gives units up, is left out, or all are evened out. */
export function* growing(spec: ReleaseSpec, { stage, clusterSize, number }: Shrinking): Generator<Candidate> {
  const steps = spec.rollout[stage]?.batches ?? [];
  const place = stepsTaken(steps, clusterSize)[number - 2] ?? 0;
  const sizes = cumulativeSizes(steps, clusterSize);
  const start = sizes[number - 3] ?? 0;
  const reached = start + Math.floor(((sizes[number - 1] ?? 0) - start) / 2);
  const share = `${Math.floor((reached / clusterSize) * 1_000_000) / 10_000}%`;
  const lesser: BatchSize[] = typeof steps[place] === 'number' ? [reached, share] : [share, reached];
  for (const step of lesser) yield { spec: withSteps(spec, stage, steps.with(place, step)) };
  for (const gone of [place, place + 1]) {
    const fewer = steps.filter((_, i) => i !== gone);
    if (gone < steps.length - 1) yield { spec: withSteps(spec, stage, fewer) };
  }
  yield { spec: withSteps(spec, stage, evenly(Math.max(1, steps.length - 1))) };
  for (const usual of USUAL) yield { spec: withSteps(spec, stage, usual) };
}

/** Usual steps in all of these stages. */
export function* growingIn(spec: ReleaseSpec, stages: ReadonlySet<number>): Generator<Candidate> {
  for (const usual of USUAL) {
    const rollout = spec.rollout.map((stage, i) => (stages.has(i) ? { ...stage, batches: [...usual] } : stage));
    yield { spec: { ...spec, rollout } };
  }
}
