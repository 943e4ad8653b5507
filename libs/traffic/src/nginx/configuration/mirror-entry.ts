import { type EnvironmentSpec, entryOf } from '#domain';
import { copyLog, logTo } from './call-log.js';
import { block, explained, type Lines } from './lines.js';
import { FORWARDED } from './proxying.js';
import { tagged, tagHeaders, UNTAGGED } from './tags.js';
import { productionGroup, stagingGroup } from './upstreams.js';

/** An address that no client can ask for: the locations are internal. */
const COPY = '/.sluice/copy';
const RELAY = 'sluice-mirror';

/** Where clients come in: production answers all of them, and staging gets copies of a share. */
export function mirrorEntry(spec: EnvironmentSpec, listen: string, relay: string): Lines {
  const { name } = entryOf(spec);
  return [
    ...explained(
      'Whether staging gets a copy of a request.',
      block('map $sluice_kind $sluice_side', ['default $sluice_production_side;', 'internal $sluice_internal_side;']),
    ),
    ...explained(
      'Where clients come in. Production answers, as if there was no staging.\n' +
        'nginx takes the next request of a connection only when the copy of the one before is done. So the copy goes to\n' +
        'the relay below, which answers at once; a client never waits for staging itself.',
      block('server', [
        `listen ${listen};`,
        ...logTo(spec, 'sluice_entry'),
        '',
        ...block('location /', [
          `mirror ${COPY};`,
          ...FORWARDED,
          ...tagHeaders(spec),
          ...UNTAGGED,
          `proxy_pass http://${productionGroup(name)};`,
        ]),
        '',
        ...block(`location = ${COPY}`, [
          'internal;',
          'if ($sluice_side != staging) {',
          '    return 204;',
          '}',
          'proxy_connect_timeout 250ms;',
          'proxy_send_timeout 1s;',
          'proxy_read_timeout 1s;',
          `proxy_set_header Host ${RELAY};`,
          'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
          'proxy_set_header X-Forwarded-Proto $scheme;',
          'proxy_set_header X-Sluice-Host $http_host;',
          'proxy_set_header X-Sluice-Source $remote_addr;',
          'proxy_set_header X-Sluice-Kind $sluice_kind;',
          `proxy_pass http://${relay}$request_uri;`,
        ]),
      ]),
    ),
    ...explained('Copies are logged as calls of the clients of the originals, with the tag.', copyLog(spec)),
    ...explained(
      'The relay, for this host only: answers at once (with whatever, nobody reads it) and sends the copy on behind the\n' +
        'answer. At most 256 copies are under way; the others are dropped, so that a slow staging cannot take up all\n' +
        'connections of nginx.',
      [
        'limit_conn_zone $server_name zone=sluice_copies:32k;',
        ...block('server', [
          `listen ${relay};`,
          `server_name ${RELAY};`,
          'access_log off;',
          'keepalive_timeout 0;',
          '# The entry has judged the body already.',
          'client_max_body_size 0;',
          '',
          ...block('location /', [
            'limit_conn sluice_copies 256;',
            'limit_conn_log_level info;',
            `mirror ${COPY};`,
            'empty_gif;',
          ]),
          '',
          ...block(`location = ${COPY}`, [
            'internal;',
            'log_subrequest on;',
            ...logTo(spec, 'sluice_copy'),
            'proxy_ignore_client_abort on;',
            'proxy_connect_timeout 1s;',
            'proxy_send_timeout 5s;',
            'proxy_read_timeout 10s;',
            'proxy_next_upstream off;',
            ...tagHeaders(spec),
            'proxy_set_header Host $http_x_sluice_host;',
            'proxy_set_header X-Sluice-Host "";',
            'proxy_set_header X-Sluice-Source "";',
            'proxy_set_header X-Sluice-Kind "";',
            ...tagged(spec),
            `proxy_pass http://${stagingGroup(name)}$request_uri;`,
          ]),
        ]),
      ],
    ),
  ];
}
