import { overlap } from '../../values/network.js';
import { type Flaw, isRecord } from '../flaw.js';
import { didYouMean } from '../nearest.js';
import type { Path } from '../path.js';

type Fields = Readonly<Record<string, unknown>>;
type Placed = { readonly path: Path; readonly entry: Fields };

/**
 * What an environment has to hold beyond its fields: a stack without a hole, units that are told apart, networks that
 * do not overlap. Takes whatever was made out of the document, sound or not, so that these flaws come with the others.
 */
export function environmentFlaws(environment: unknown): readonly Flaw[] {
  if (!isRecord(environment) || !isRecord(environment.spec)) return [];
  const { spec } = environment;
  const services = entriesOf(spec.services, ['spec', 'services']);
  const upstreams = entriesOf(spec.upstreams, ['spec', 'upstreams']);
  const units = services.flatMap(({ path, entry }) => entriesOf(entry.units, [...path, 'units']));
  return [
    ...repeated([...services, ...upstreams], 'name', (name) => `${name} is the name of another service or upstream`),
    ...repeated(units, 'id', (id) => `unit ${id} is listed already`),
    ...repeated(units, 'address', (address) => `another unit has the address ${address}`),
    ...units.filter(({ entry }) => entry.address === undefined).map(({ path }) => withoutAddress(path)),
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

function withoutAddress(path: Path): Flaw {
  return { path, message: 'has no address: traffic and probes could not reach it' };
}

function holes(services: readonly Placed[], known: readonly string[]): Flaw[] {
  return services.flatMap(({ path, entry: { calls } }) => {
    if (!Array.isArray(calls)) return [];
    return calls.flatMap((call: unknown, i) => {
      const to = isRecord(call) ? call.to : call;
      if (typeof to !== 'string' || known.includes(to)) return [];
      const message = `the stack has a hole: ${to} is neither one of its services nor an upstream${didYouMean(to, known)}`;
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
