/** What the generated configuration and the router call things; whoever writes a configuration by hand keeps to them. */

/** The staging units of a service. */
export const stagingBackend = (service: string): string => `staging.${service}`;

/** The production units of a service. */
export const productionBackend = (service: string): string => `production.${service}`;

/**
 * The variable that is true once a staging unit of the service has passed a health check of this process. Its name may
 * have no dashes, and two services never share one.
 */
export const passedCheckVariable = (service: string): string =>
  `proc.passed.${service.replaceAll('_', '_u').replaceAll('-', '_d')}`;

/** Counts requests by what they are and where they went: `internal-staging.<day>`. */
export const COUNTERS = 'sluice_requests';

/** The keys of the map that holds the shares, each 0 to 10,000 (basis points). */
export const SHARE_KEYS = { internal: 'internal', production: 'production' } as const;
