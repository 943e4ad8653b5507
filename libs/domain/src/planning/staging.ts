import type { Environment } from '../documents/environment/environment.js';
import type { Flaw } from '../documents/flaw.js';
import { didYouMean } from '../documents/nearest.js';
import type { ReleaseSpec } from '../documents/release.js';
import type { ResolvedStage } from './select-clusters.js';
import type { PlannedStaging } from './types.js';

/** The id of the batch that is the staging environment. No cluster's batch can have it: theirs end with a number. */
export const STAGING_BATCH = 'staging';

/** The stage before production, as the release asks for it; null when it asks for none. */
export function planStaging(spec: ReleaseSpec, environment: Environment | null): PlannedStaging | null {
  if (!spec.staging) return null;
  const service = environment?.spec.services.find(({ name }) => name === spec.service);
  return {
    environment: spec.staging.environment,
    spec: environment?.spec ?? null,
    units: service?.units ?? [],
    traffic: spec.staging.traffic,
    interval: spec.staging.observe,
  };
}

/** What keeps a release from beginning in its environment: it has nothing to deploy there, or shares units with production. */
export function stagingFlaws(
  { staging, service }: ReleaseSpec,
  environment: Environment | null,
  stages: readonly ResolvedStage[],
): Flaw[] {
  if (!staging || !environment) return [];
  const path = ['spec', 'staging', 'environment'];
  if (environment.metadata.name !== staging.environment)
    return [
      { path, message: `is ${staging.environment}, but the environment at hand is ${environment.metadata.name}` },
    ];
  const { services, router } = environment.spec;
  const names = services.map(({ name }) => name);
  const flaws: Flaw[] = [];
  if (!names.includes(service)) {
    const hint = didYouMean(service, names);
    flaws.push({ path, message: `the stack of ${staging.environment} has no service ${service}${hint}` });
  }
  if (staging.traffic.mode === 'mirror' && router.haproxy)
    flaws.push({
      path: ['spec', 'staging', 'traffic', 'mode'],
      message: 'haproxy cannot mirror; nginx and gatewayApi can',
    });
  const inProduction = new Set(
    stages.flatMap(({ clusters }) => clusters.flatMap(({ units }) => units.map(({ id }) => id))),
  );
  const shared = services.flatMap(({ units }) => units.filter(({ id }) => inProduction.has(id)));
  const [first] = shared;
  if (first) flaws.push({ path, message: `is not isolated: unit ${first.id} is one of production's too` });
  return flaws;
}
