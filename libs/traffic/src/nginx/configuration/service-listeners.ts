import type { EnvironmentSpec, StackService } from '#domain';
import { callFormat, logTo } from './call-log.js';
import { block, explained, type Lines } from './lines.js';
import { FORWARDED } from './proxying.js';
import { productionGroup, stagingGroup } from './upstreams.js';

/**
 * Where services find each other. What staging calls stays in staging, or gets 503: there is no way from here to
 * production, and none for a tagged call.
 */
export function serviceListeners(spec: EnvironmentSpec): Lines {
  return spec.services.flatMap((service) => {
    const { name, listen } = service;
    if (listen === undefined) return [];
    return [
      ...explained(
        `Where units of the staging environment find ${name}: always in staging.`,
        listener(spec, service, listen.staging, [`proxy_pass http://${stagingGroup(name)};`]),
      ),
      ...explained(
        `Where units in production find ${name}: in production, for tagged calls in staging.`,
        listener(spec, service, listen.production, byTag(service)),
      ),
    ];
  });
}

function listener(spec: EnvironmentSpec, { name }: StackService, listen: string, location: Lines): Lines {
  return block('server', [
    `listen ${listen};`,
    ...logTo(spec, callFormat(name)),
    '',
    ...block('location /', [
      ...FORWARDED,
      'proxy_connect_timeout 1s;',
      'error_page 502 504 = @unavailable;',
      ...location,
    ]),
    '',
    ...block('location @unavailable', ['return 503;']),
  ]);
}

function byTag({ name, production }: StackService): Lines {
  const toStaging = ['if ($sluice_tagged) {', `    set $sluice_group ${stagingGroup(name)};`, '}'];
  const pass = 'proxy_pass http://$sluice_group;';
  if (production.length === 0) {
    return ['if ($sluice_tagged = 0) {', '    return 503;', '}', `proxy_pass http://${stagingGroup(name)};`];
  }
  return [`set $sluice_group ${productionGroup(name)};`, ...toStaging, pass];
}
