import type { EnvironmentSpec } from '#domain';
import { routedServices } from '../../routed-services.js';
import { block, explained, type Lines } from './lines.js';

/** nginx forgets idle connections to units before they do: most servers close theirs after 5 s, and a POST that meets a closing connection is lost. */
const KEEP_IDLE = ['keepalive 64;', 'keepalive_timeout 2s;'];

/** The units of each service that nginx sends to, as groups. */
export function upstreams(spec: EnvironmentSpec): Lines {
  const reached = routedServices(spec);
  return [
    ...explained(
      'Units in the staging environment. One that fails twice is left alone for 5 s. nginx counts no failures of a group\n' +
        'with a single server: a single unit is named twice.',
      reached.flatMap(({ name, units }) =>
        group(stagingGroup(name), stagingServers(units.map(({ address }) => address))),
      ),
    ),
    ...explained(
      'The same services in production.',
      reached.flatMap(({ name, production }) =>
        production.length === 0
          ? []
          : group(
              productionGroup(name),
              production.map((place) => `server ${place};`),
            ),
      ),
    ),
  ];
}

export function stagingGroup(service: string): string {
  return `sluice_staging_${service}`;
}

export function productionGroup(service: string): string {
  return `sluice_production_${service}`;
}

function stagingServers(addresses: readonly (string | undefined)[]): Lines {
  const servers = addresses.flatMap((address) =>
    address === undefined ? [] : [`server ${address} max_fails=2 fail_timeout=5s;`],
  );
  return servers.length === 1 ? [...servers, ...servers] : servers;
}

function group(name: string, servers: Lines): Lines {
  return block(`upstream ${name}`, [...servers, ...KEEP_IDLE]);
}
