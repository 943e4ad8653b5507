import type { Environment, StackService } from '../documents/environment/environment.js';
import type { Flaw } from '../documents/flaw.js';
import { didYouMean } from '../documents/nearest.js';
import type { ReleaseSpec } from '../documents/release.js';
import type { TopologyIndex } from './index-topology.js';
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
  index: TopologyIndex,
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
  return [...flaws, ...sharedUnits(services, index).map((message) => ({ path, message }))];
}

/** So many units are named that are in both places. */
const NAMED = 10;

/** Units that the environment has in common with production: by their ids, or under another id at the same address. */
function sharedUnits(services: readonly StackService[], { leaves }: TopologyIndex): string[] {
  const ids = new Set<string>();
  const addresses = new Map<string, string>();
  for (const { units } of leaves) {
    for (const { id, address } of units) {
      ids.add(id);
      if (address !== undefined) addresses.set(address, id);
    }
  }
  const shared = services.flatMap(({ units }) =>
    units.flatMap(({ id, address = '' }) => {
      if (ids.has(id)) return [`is not isolated: unit ${id} is one of production's too`];
      const other = addresses.get(address);
      return other === undefined ? [] : [`is not isolated: unit ${id} has the address of production's ${other}`];
    }),
  );
  return shared.slice(0, NAMED);
}
