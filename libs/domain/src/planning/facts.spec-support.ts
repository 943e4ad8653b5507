import type { Environment } from '../documents/environment/environment.js';
import { policyOf, releaseOf, topologyOf } from './documents.spec-support.js';
import { factsOf, type PlanFacts } from './facts.js';
import { planStaging } from './staging.js';
import type { PlannedBatch } from './types.js';

/** A batch of so many units. Its cluster is what comes before the last dot of its id. */
export function batch(id: string, wave: number, size: number, interval = '10m', driver = 'exec'): PlannedBatch {
  const cluster = id.slice(0, id.lastIndexOf('.'));
  const units = Array.from({ length: size }, (_, i) => ({ id: `${id}-${i + 1}`, driver }));
  return { id, wave, cluster, units, interval, cumulativeUnits: size, cumulativeShare: 1 };
}

/** What a rule sees of batches that were planned by a release, a policy and drivers; each has what is usual. */
export function factsAbout(
  batches: readonly PlannedBatch[],
  given: {
    spec?: Record<string, unknown>;
    policy?: Record<string, unknown>;
    drivers?: unknown;
    environment?: Environment;
  } = {},
): PlanFacts {
  const rollout = [{ clusters: ['any'], batches: ['100%'] }];
  const { spec } = releaseOf({ rollout, ...given.spec });
  return factsOf({
    batches,
    staging: planStaging(spec, given.environment ?? null),
    spec,
    policy: policyOf(given.policy).spec,
    drivers: topologyOf({ any: 1 }, given.drivers).spec.drivers ?? {},
  });
}
