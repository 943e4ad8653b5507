import type { FactoryProvider } from '@nestjs/common';
import type { Registry } from 'prom-client';
import { natsFiles, type ServiceConfig } from '../service/config.js';
import type { Logger } from '../service/logging.js';
import { CONFIG, LOGGER, METRICS } from '../service/service-module.js';
import { Leases } from './leases.js';
import type { Tenure } from './tenure.js';

/** What of its service's work is this process's to do: `@Inject(TENURE) tenure: Tenure`. */
export const TENURE = Symbol('tenure');

/** Enough for some dozens of replicas to have about the same each. Never changes: replicas have to agree on it. */
export const RELEASE_PARTITIONS = 64;

/**
 * For a service whose replicas share its work.
 * @param role the service's name
 * @param partitions {@link RELEASE_PARTITIONS} for work by release, 1 for work that one replica does alone
 */
export function tenureProvider(role: string, partitions: number): FactoryProvider<Tenure> {
  return {
    provide: TENURE,
    useFactory: (config: ServiceConfig, logger: Logger, metrics: Registry) =>
      new Leases({
        url: config.NATS_URL,
        files: natsFiles(config),
        role,
        partitions,
        instance: config.INSTANCE,
        ttlMs: config.LEASE_TTL_MS,
        logger,
        metrics,
      }),
    inject: [CONFIG, LOGGER, METRICS],
  };
}
