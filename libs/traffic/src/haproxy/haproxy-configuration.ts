import { type Environment, entryOf } from '#domain';
import { RouterError } from '../errors.js';
import { routedServices } from '../routed-services.js';
import { productionUnits, stagingUnits } from './configuration/backends.js';
import { edge } from './configuration/edge.js';
import { internalListeners } from './configuration/internal-listeners.js';
import { word } from './configuration/quoting.js';
import { COUNTERS, SHARE_KEYS } from './names.js';

/**
 * What the map file says when HAProxy starts: nothing goes to staging. It never needs to be written again, since shares
 * are only changed in the memory of the process; so a HAProxy that was started again is closed.
 */
export const CLOSED_SHARES = `${SHARE_KEYS.internal} 0\n${SHARE_KEYS.production} 0\n`;

/**
 * A configuration of HAProxy (2.6 or newer) to start from: the edge, the internal listeners of every service that has
 * `listen`, health checks, and an access log on standard output of one CallRecord a line. The map file has to exist
 * and to hold {@link CLOSED_SHARES}.
 *
 * @throws RouterError `refused` when the environment lacks something: `router.haproxy.listen`, production addresses of the
 *   entry service, an address of the form host:port of every unit.
 */
export function haproxyConfiguration({ metadata, spec }: Environment): string {
  const { haproxy } = spec.router;
  if (haproxy === undefined) throw new RouterError('refused', `${metadata.name} has a router other than HAProxy`);
  const { admin, listen, log, map } = haproxy;
  if (listen === undefined) throw new RouterError('refused', 'router.haproxy.listen is missing: where clients come in');
  const entry = entryOf(spec);
  if (entry.production.length === 0) {
    throw new RouterError(
      'refused',
      `service ${entry.name} has no production addresses: clients would have nowhere to go`,
    );
  }
  const services = routedServices(spec);
  const sections = [
    globals(admin),
    DEFAULTS,
    [
      `backend ${COUNTERS}`,
      '# No servers: a table of how many requests went where.',
      'stick-table type string len 64 size 20k nopurge store http_req_cnt',
    ],
    edge(spec, { listen, map, log, entry, needed: services }),
    ...services.flatMap((service) => internalListeners(spec, service, log)),
    ...services.flatMap((service) => [stagingUnits(service), productionUnits(service)]),
  ];
  return `${heading(metadata.name, map)}\n${sections.map(section).join('\n')}`;
}

function heading(name: string, map: string): string {
  return [
    `# Divides traffic between production and the environment ${name}.`,
    `# Before the first start, ${JSON.stringify(map)} has to hold the two lines "internal 0" and "production 0".`,
    '',
  ].join('\n');
}

function globals(admin: string): string[] {
  return [
    'global',
    `stats socket ${word(admin)}${admin.startsWith('/') ? ' mode 600' : ''} level admin`,
    'stats timeout 30s',
    'maxconn 8000',
    '# After a reload the old process still divides by its old shares: it has this long to finish.',
    'hard-stop-after 60s',
  ];
}

const DEFAULTS = [
  'defaults',
  'mode http',
  'maxconn 8000',
  // Of two requests that run side by side on one connection, one could be logged with what belongs to the other.
  '# One request after the other on each connection.',
  'option disable-h2-upgrade',
  'option http-keep-alive',
  'option dontlognull',
  'option forwardfor',
  'http-reuse safe',
  '# A unit that cannot be connected to, or closes without an answer, is tried again, then another one.',
  'retries 2',
  'option redispatch 1',
  'retry-on conn-failure empty-response',
  'timeout connect 2s',
  'timeout queue 5s',
  'timeout check 2s',
  'timeout http-request 10s',
  'timeout http-keep-alive 1m',
  'timeout client 1m',
  'timeout server 1m',
  'timeout tunnel 1h',
];

function section([first, ...lines]: readonly string[]): string {
  return [first, ...lines.map((line) => `  ${line}`), ''].join('\n');
}
