import type { EnvironmentSpec, Sticky } from '#domain';
import { block, explained, type Lines } from './lines.js';
import { escapedForRegex, exactly, headerVariable, pattern } from './quoting.js';

/**
 * Who a request comes from: `$sluice_kind`, `internal` or `production`, and `$sluice_user`, by which a user is told from
 * others.
 */
export function users({ internal, router }: EnvironmentSpec): Lines {
  const identities = internal.headers.map((_, i) => `$sluice_identity_${i}`);
  return [
    ...explained(
      'Internal traffic comes from one of these networks or carries one of these headers. Where nginx stands behind\n' +
        'another proxy, tell it the real address of clients first (set_real_ip_from, real_ip_header).',
      [
        ...block('geo $remote_addr $sluice_from_inside', [
          'default 0;',
          ...internal.networks.map((network) => `${network} 1;`),
        ]),
        ...internal.headers.flatMap(({ name, value }, i) =>
          block(`map ${headerVariable(name)} $sluice_identity_${i}`, ['default 0;', `${exactly(value)} 1;`]),
        ),
        ...block(`map "$sluice_from_inside${identities.join('')}" $sluice_kind`, [
          'default production;',
          '~1 internal;',
        ]),
      ],
    ),
    ...explained('Users are told apart by this; whoever lacks it, by the address.', sticky(router.sticky)),
  ];
}

function sticky(by: Sticky): Lines {
  if (by === 'address') return block('map $remote_addr $sluice_user', ['default "address $remote_addr";']);
  if ('header' in by) {
    const variable = headerVariable(by.header);
    return block(`map ${variable} $sluice_user`, ['"" "address $remote_addr";', `default "user ${variable}";`]);
  }
  // Not $cookie_name: names of cookies may hold characters that names of variables may not.
  return block('map $http_cookie $sluice_user', [
    'default "address $remote_addr";',
    `${pattern(`(?:^|;)[ \\t]*${escapedForRegex(by.cookie)}=(?<sluice_cookie>[^; \\t]+)`)} "user $sluice_cookie";`,
  ]);
}
