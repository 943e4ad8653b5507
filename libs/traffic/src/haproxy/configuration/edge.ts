import type { EnvironmentSpec, StackService, Sticky } from '#domain';
import { COUNTERS, passedCheckVariable, productionBackend, SHARE_KEYS, stagingBackend } from '../names.js';
import { callLog, rememberCall, rememberTag } from './call-log.js';
import { argument, word } from './quoting.js';
import { aclTagged, readBaggage, retag } from './tagging.js';

export interface EdgeSettings {
  readonly listen: string;
  readonly map: string;
  readonly log: string | undefined;
  readonly entry: StackService;
  /** The services that have to be ready before anybody is let into staging. */
  readonly needed: readonly StackService[];
}

/** Where clients come in. */
export function edge({ internal, tag, router }: EnvironmentSpec, settings: EdgeSettings): string[] {
  const { listen, map, log, entry, needed } = settings;
  const share = `var(txn.kind),map_str_int(${argument(map)},0)`;
  return [
    'frontend edge',
    `bind ${word(listen)}`,
    ...callLog(log, entry.name, { entry: true }),
    ...rememberCall(),
    '# Internal is what comes from these networks or carries one of these headers, which nobody outside may be able to send.',
    ...aclInternal(internal),
    `http-request set-var(txn.kind) str(${SHARE_KEYS.production})`,
    `http-request set-var(txn.kind) str(${SHARE_KEYS.internal}) if from_inside`,
    'http-request set-var(sess.internal) str(false)',
    'http-request set-var(sess.internal) str(true) if from_inside',
    '# Staging is ready when each of its services has a unit that is, and that HAProxy has seen to be.',
    'http-request set-var(txn.ready) bool(true)',
    ...needed.map(
      ({ name }) =>
        `http-request set-var(txn.ready) bool(false) if { nbsrv(${stagingBackend(name)}) lt 1 } || !{ var(${passedCheckVariable(name)}) -m bool }`,
    ),
    'acl staging_ready var(txn.ready) -m bool',
    '# Everybody is in one of 10,000 buckets, for good; the share says how many of them go to staging.',
    'http-request set-var(txn.user) src',
    ...stickyUser(router.sticky),
    'http-request set-var(txn.bucket) var(txn.user),xxh32(7),mod(10000)',
    `http-request set-var(txn.share) ${word(share)}`,
    'acl chosen var(txn.bucket),sub(txn.share) -m int lt 0',
    '# People inside may also ask for staging, by its tag. Nobody else can: the tag is taken off, and put on here.',
    ...aclTagged(tag),
    'http-request set-var(txn.side) str(production)',
    'http-request set-var(txn.side) str(staging) if staging_ready chosen',
    'http-request set-var(txn.side) str(staging) if staging_ready from_inside tagged',
    'acl to_staging var(txn.side) -m str staging',
    '# The baggage without the tag, and with it for staging; its other members stay as they are.',
    ...readBaggage(),
    ...retag(tag),
    ...rememberTag(tag),
    '# Counters have 32 bits: a key for each day keeps them from overflowing.',
    'http-request set-var-fmt(txn.counter) "%[var(txn.kind)]-%[var(txn.side)].%[date,div(86400)]"',
    `http-request track-sc0 var(txn.counter) table ${COUNTERS}`,
    `use_backend ${stagingBackend(entry.name)} if to_staging`,
    `default_backend ${productionBackend(entry.name)}`,
  ];
}

function aclInternal({ networks, headers }: EnvironmentSpec['internal']): string[] {
  const acls = [
    ...networks.map((network) => `acl from_inside src ${network}`),
    ...headers.map(
      ({ name, value }) => `acl from_inside ${word(`req.fhdr(${argument(name)})`)} -m str -- ${word(value)}`,
    ),
  ];
  return acls.length > 0 ? acls : ['acl from_inside always_false'];
}

/** Whoever lacks the cookie or header stays with the address. */
function stickyUser(sticky: Sticky): string[] {
  if (sticky === 'address') return [];
  const fetch = 'cookie' in sticky ? `req.cook(${argument(sticky.cookie)})` : `req.fhdr(${argument(sticky.header)})`;
  return [`http-request set-var(txn.user) ${word(fetch)} if { ${word(fetch)} -m len gt 0 }`];
}
