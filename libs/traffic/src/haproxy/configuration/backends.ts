import { type StackService, splitHostPort } from '#domain';
import { RouterError } from '../../errors.js';
import { passedCheckVariable, productionBackend, stagingBackend } from '../names.js';
import { requestPath, word } from './quoting.js';

/** The units of a service in staging. One that refuses connections is out at once, without waiting for its next check. */
export function stagingUnits(service: StackService): string[] {
  const addresses = service.units.map(({ id, address }) => {
    if (address !== undefined && splitHostPort(address) !== null) return address;
    throw new RouterError('refused', `unit ${id} needs an address such as 10.0.0.1:8080 to be reached by HAProxy`);
  });
  const passed = passedCheckVariable(service.name);
  return backend(stagingBackend(service.name), service, addresses, {
    observe: ' observe layer4 error-limit 3 on-error mark-down',
    more: [
      '# After a start or reload HAProxy takes units for ready that it has not checked yet. So nobody comes here before one',
      '# has passed its first check, which begins within a second; those beside that one may get requests before theirs.',
      '# For them, HAProxy 3.1 and newer know "init-state down": add it to the default-server.',
      `http-check set-var(${passed}) bool(true)`,
      `http-request deny deny_status 503 unless { var(${passed}) -m bool }`,
    ],
  });
}

/** The units of a service in production. */
export function productionUnits(service: StackService): string[] {
  return backend(productionBackend(service.name), service, service.production);
}

function backend(
  name: string,
  { name: host, health }: StackService,
  addresses: readonly string[],
  { observe = '', more = [] }: { readonly observe?: string; readonly more?: readonly string[] } = {},
): string[] {
  return [
    `backend ${name}`,
    'option httpchk',
    `http-check send meth GET uri ${word(requestPath(health))} ver HTTP/1.1 hdr Host ${host}`,
    'http-check expect rstatus ^2',
    ...more,
    '# Only what may safely be done twice is tried again after a unit may have seen it.',
    'http-request disable-l7-retry if !{ method GET HEAD }',
    '# Two failed checks, a fifth of a second apart, take a unit out. A name is looked up once, at the start.',
    `default-server check inter 1s fastinter 200ms downinter 500ms fall 2 rise 2${observe} init-addr last,libc,none`,
    ...[...new Set(addresses)].map((address) => `server ${word(serverName(address))} ${word(address)}`),
  ];
}

/** The address without brackets: the call log makes the destination out of it. */
function serverName(address: string): string {
  return address.replace(/[[\]]/g, '');
}
