import type { Environment } from '../documents/environment/environment.js';
import type { Flaw } from '../documents/flaw.js';
import { formatPath } from '../documents/path.js';
import type { Policy } from '../documents/policy.js';
import { checkTopology } from '../documents/readers.js';
import type { Release } from '../documents/release.js';
import type { Topology } from '../documents/topology.js';
import { complete, shortStages, strayIntervals } from './batches.js';
import { wavesOf } from './facts.js';
import { indexTopology } from './index-topology.js';
import { judge } from './judge.js';
import { schedule } from './schedule.js';
import { resolveStages } from './select-clusters.js';
import { planStaging, stagingFlaws } from './staging.js';
import type { Plan, Problem } from './types.js';

/** A plan, or everything that keeps the release from being planned over this topology. */
export type PlanResult =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Works out what a release does to a topology, batch by batch and wave by wave, and what the policy says of it.
 *
 * Pure: the same documents give the same plan. A plan that breaks rules is a plan with findings; problems are for
 * releases that cannot be planned at all. Their `source` is `release` or `topology`, their path leads into it. Without
 * the environment that the release begins in, nothing is known of its units; a finding says so.
 */
export function plan(
  release: Release,
  topology: Topology,
  policy: Policy,
  environment: Environment | null = null,
): PlanResult {
  const unsound = checkTopology(topology);
  if (unsound.length > 0) return { ok: false, problems: unsound };
  const { metadata, spec } = release;
  const index = indexTopology(topology);
  const { stages, flaws } = resolveStages(spec.rollout, index);
  const scheduled = schedule(stages);
  const problems = [
    ...flaws,
    ...shortStages(stages),
    ...stagingFlaws(spec, environment, index),
    ...(flaws.length > 0 ? [] : strayIntervals(spec.interval, scheduled)),
  ];
  if (problems.length > 0) return { ok: false, problems: problems.map(inRelease) };

  const batches = complete(scheduled, spec.interval);
  const staging = planStaging(spec, environment);
  const drivers = topology.spec.drivers ?? {};
  const { findings, approval, methods, duration, observation } = judge({
    batches,
    staging,
    spec,
    policy: policy.spec,
    drivers,
    origin: { topology, index, stages, environment },
  });
  const waves = wavesOf(batches).map((wave) => wave.batches.map(({ id }) => id));
  return {
    ok: true,
    plan: {
      release: metadata.name,
      staging,
      batches,
      waves,
      methods,
      duration,
      observation,
      findings,
      approval,
      drivers,
    },
  };
}

function inRelease({ path, message }: Flaw): Problem {
  return { path: formatPath(path), message, source: 'release' };
}
