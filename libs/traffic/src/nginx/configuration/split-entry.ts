import { type EnvironmentSpec, entryOf } from '#domain';
import { logTo } from './call-log.js';
import { block, explained, type Lines } from './lines.js';
import { FORWARDED } from './proxying.js';
import { tagged, tagHeaders, UNTAGGED } from './tags.js';
import { productionGroup, stagingGroup } from './upstreams.js';

/** Where clients come in and go to one of the two sides. */
export function splitEntry(spec: EnvironmentSpec, listen: string): Lines {
  const { name } = entryOf(spec);
  return [
    ...explained(
      'The side of a request. Internal requests that carry the tag already go to staging, so that people can try it,\n' +
        'as long as staging takes internal traffic at all.',
      block('map "$sluice_kind $sluice_tagged" $sluice_side', [
        'default $sluice_production_side;',
        '"internal 0" $sluice_internal_side;',
        '"internal 1" $sluice_preview_side;',
      ]),
    ),
    ...explained('Where clients come in.', [
      ...block('server', [
        `listen ${listen};`,
        ...logTo(spec, 'sluice_entry'),
        ...FORWARDED,
        ...tagHeaders(spec),
        '# From / to @staging, from there back to @production.',
        'recursive_error_pages on;',
        '',
        ...block('location /', [
          'error_page 418 = @staging;',
          'if ($sluice_side = staging) {',
          '    return 418;',
          '}',
          ...UNTAGGED,
          `proxy_pass http://${productionGroup(name)};`,
        ]),
        '',
        '# When staging cannot be connected to, gives no answer, or says that it is not available (502, 503, 504),',
        '# production answers: users do not pay for it. What staging did until then stays within staging.',
        ...block('location @staging', [
          'error_page 502 503 504 = @production;',
          'proxy_intercept_errors on;',
          'proxy_next_upstream error timeout http_502 http_503 http_504;',
          'proxy_connect_timeout 1s;',
          '# Longer than any answer of staging that clients should wait for.',
          'proxy_read_timeout 15s;',
          ...tagged(spec),
          `proxy_pass http://${stagingGroup(name)};`,
        ]),
        '',
        ...block('location @production', [...UNTAGGED, `proxy_pass http://${productionGroup(name)};`]),
      ]),
    ]),
  ];
}
