import { type EnvironmentSpec, entryOf } from '#domain';
import { block, explained, type Lines } from './lines.js';
import { headerVariable, literal } from './quoting.js';

const MAX_TEXT = 2_000;

/** How calls are logged: each line one call record, whatever clients write into paths and headers. */
export function callLogs(spec: EnvironmentSpec): Lines {
  const calls = { baggage: '$sluice_log_baggage', tag: '$sluice_log_tag' };
  return [
    ...explained('The unit that took the call: the last one tried, when it could be connected to.', [
      ...block('map "$upstream_connect_time|$upstream_addr" $sluice_destination', [
        'default "";',
        '"~(?:^|[ ])-\\\\|" "";',
        '"~(?<sluice_taker>[^ ,|]+:[0-9]+)\\\\z" $sluice_taker;',
      ]),
    ]),
    ...explained('Paths without their query, which may hold secrets. Records have a limited length.', [
      ...shortened('$request_uri', 'path', '[^?]'),
      ...shortened('$sluice_baggage', 'sent_baggage'),
      ...shortened('$http_baggage', 'baggage'),
      ...shortened(headerVariable(spec.tag.header), 'tag'),
    ]),
    ...explained('Calls of clients; baggage and tag are what nginx sent on.', [
      ...block('map $sluice_kind $sluice_is_internal', ['default false;', 'internal true;']),
      format('sluice_entry', entryOf(spec).name, '$remote_addr', {
        baggage: '$sluice_log_sent_baggage',
        tag: '$sluice_tag',
        internal: '$sluice_is_internal',
      }),
    ]),
    ...explained(
      'Calls between services; baggage and tag are as they came.',
      spec.services
        .filter(({ listen }) => listen !== undefined)
        .map(({ name }) => format(callFormat(name), name, '$remote_addr', calls)),
    ),
  ];
}

/** Copies of calls of clients, by what the entry says of them. */
export function copyLog(spec: EnvironmentSpec): Lines {
  return [
    ...block('map $http_x_sluice_kind $sluice_is_internal_copy', ['default false;', 'internal true;']),
    format('sluice_copy', entryOf(spec).name, '$http_x_sluice_source', {
      baggage: '$sluice_log_sent_baggage',
      tag: '$sluice_tag',
      internal: '$sluice_is_internal_copy',
    }),
  ];
}

/** Logs in one of the formats; nothing where the document names no log. */
export function logTo({ router }: EnvironmentSpec, format: string): Lines {
  return router.nginx?.log === undefined ? [] : [`access_log ${literal(router.nginx.log)} ${format};`];
}

/** The format of calls to this service. */
export function callFormat(service: string): string {
  return `sluice_call_${service}`;
}

interface Carried {
  readonly baggage: string;
  readonly tag: string;
  /** For calls of clients alone. */
  readonly internal?: string;
}

function format(name: string, service: string, source: string, { baggage, tag, internal }: Carried): string {
  const record = [
    '"at":$msec',
    `"source":"${source}"`,
    `"service":"${service}"`,
    '"destination":"$sluice_destination"',
    '"method":"$request_method"',
    '"path":"$sluice_log_path"',
    // Quoted: nginx writes 000 for a request that ended without an answer, which is no number of JSON.
    '"status":"$status"',
    `"baggage":"${baggage}"`,
    `"tag":"${tag}"`,
    ...(internal === undefined ? [] : ['"entry":true', `"internal":${internal}`]),
  ];
  return `log_format ${name} escape=json '{${record.join(',')}}';`;
}

function shortened(variable: string, name: string, character = '.'): Lines {
  return block(`map ${variable} $sluice_log_${name}`, [
    'default "";',
    `"~^(?<sluice_short_${name}>${character}{0,${MAX_TEXT}})" $sluice_short_${name};`,
  ]);
}
