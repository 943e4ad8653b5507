import { HostPort } from '../../values/host-port.js';
import { overlap } from '../../values/network.js';
import { type Flaw, isRecord } from '../flaw.js';
import { didYouMean, fewHints } from '../nearest.js';
import type { Path } from '../path.js';

type Fields = Readonly<Record<string, unknown>>;
type Placed = { readonly path: Path; readonly entry: Fields };

/** A release takes the whole environment into one event of its log, which has to stay under 256 KiB. */
const MOST_BYTES = 150_000;
const MOST_UNITS = 1_000;
/** Every verdict on the closed loop has a line for each call of the stack. */
const MOST_CALLS = 300;

/**
 * What an environment has to hold beyond its fields: a stack without a hole, units that are told apart, networks that
 * do not overlap. Takes whatever was made out of the document, sound or not, so that these flaws come with the others;
 * of one that is too large nothing else is said.
 */
export function environmentFlaws(environment: unknown): readonly Flaw[] {
  if (!isRecord(environment) || !isRecord(environment.spec)) return [];
  const { spec } = environment;
  const bytes = new TextEncoder().encode(JSON.stringify(environment)).length;
  if (bytes > MOST_BYTES)
    return [{ path: [], message: `is ${bytes} bytes long as JSON; an environment may have ${MOST_BYTES}` }];
  const services = entriesOf(spec.services, ['spec', 'services']);
  const upstreams = entriesOf(spec.upstreams, ['spec', 'upstreams']);
  const units = services.flatMap(({ path, entry }) => entriesOf(entry.units, [...path, 'units']));
  return [
    ...tooMany(units.length, 'units', MOST_UNITS),
    ...tooMany(callsOf(services), 'calls', MOST_CALLS),
    ...repeated([...services, ...upstreams], 'name', (name) => `${name} is the name of another service or upstream`),
    ...repeated(units, 'id', (id) => `unit ${id} is listed already`),
    ...repeated(units, 'address', (address) => `another unit has the address ${address}`),
    ...units.flatMap(unreachable),
    ...holes(services, namesOf([...services, ...upstreams])),
    ...strayEntry(spec.entry, namesOf(services)),
    ...overlaps(spec.networks, ['spec', 'networks']),
    ...overlaps(isRecord(spec.internal) ? spec.internal.networks : [], ['spec', 'internal', 'networks']),
  ];
}

function entriesOf(list: unknown, path: Path): Placed[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown, i) => (isRecord(entry) ? [{ path: [...path, i], entry }] : []));
}

function namesOf(entries: readonly Placed[]): string[] {
  return entries.flatMap(({ entry: { name } }) => (typeof name === 'string' ? [name] : []));
}

function callsOf(services: readonly Placed[]): number {
  return services.reduce((sum, { entry: { calls } }) => sum + (Array.isArray(calls) ? calls.length : 0), 0);
}

function tooMany(count: number, of: string, most: number): Flaw[] {
  if (count <= most) return [];
  return [{ path: ['spec', 'services'], message: `has ${count} ${of} in all; an environment may have ${most}` }];
}

function repeated(entries: readonly Placed[], field: string, message: (value: string) => string): Flaw[] {
  const seen = new Set<string>();
  return entries.flatMap(({ path, entry }) => {
    const value = entry[field];
    if (typeof value !== 'string') return [];
    if (seen.has(value)) return [{ path: [...path, field], message: message(value) }];
    seen.add(value);
    return [];
  });
}

/** Traffic is sent to a unit's address, and it stands in generated configuration. */
function unreachable({ path, entry: { address } }: Placed): Flaw[] {
  if (address === undefined) return [{ path, message: 'has no address: traffic and probes could not reach it' }];
  if (typeof address !== 'string') return [];
  const message = HostPort.safeParse(address).error?.issues[0]?.message;
  return message === undefined ? [] : [{ path: [...path, 'address'], message }];
}

function holes(services: readonly Placed[], names: readonly string[]): Flaw[] {
  const known = new Set(names);
  const hint = fewHints(known);
  return services.flatMap(({ path, entry: { calls } }) => {
    if (!Array.isArray(calls)) return [];
    return calls.flatMap((call: unknown, i) => {
      const to = isRecord(call) ? call.to : call;
      if (typeof to !== 'string' || known.has(to)) return [];
      const message = `the stack has a hole: ${to} is neither one of its services nor an upstream${hint(to)}`;
      return [{ path: [...path, 'calls', i], message }];
    });
  });
}

function strayEntry(entry: unknown, services: readonly string[]): Flaw[] {
  if (typeof entry !== 'string' || services.includes(entry)) return [];
  return [{ path: ['spec', 'entry'], message: `the stack has no service ${entry}${didYouMean(entry, services)}` }];
}

function overlaps(list: unknown, path: Path): Flaw[] {
  if (!Array.isArray(list)) return [];
  const networks = list.map(String);
  return networks.flatMap((network, i) => {
    const earlier = networks.slice(0, i).find((other) => overlap(network, other));
    return earlier === undefined ? [] : [{ path: [...path, i], message: `overlaps with ${earlier}` }];
  });
}
