import { BlockList, isIP } from 'node:net';
import { type EnvironmentSpec, splitHostPort } from '#domain';

/** What an environment says of where things are; {@link ClosedLoop} needs no more of it. */
export type LoopSpec = Pick<EnvironmentSpec, 'services' | 'upstreams' | 'networks' | 'tag' | 'ignore'>;

/** Where a call went to. */
export interface Reached {
  /** The service or upstream of the environment that it reached; null when it reached none. */
  readonly name: string | null;
  /** It reached a unit of the environment. */
  readonly staging: boolean;
  /** It reached something that is neither a unit of the environment nor an upstream. */
  readonly elsewhere: boolean;
}

/** Where a call came from. */
export interface Origin {
  readonly staging: boolean;
  /** The only service of the environment that lives there. */
  readonly service: string | null;
}

const NOWHERE: Reached = { name: null, staging: false, elsewhere: true };
const NO_DESTINATION = /^-?(:[-0]?)?$/;
/** How many addresses that calls came from are kept in mind. */
const MAX_ORIGINS = 10_000;

/** Tells the addresses in calls apart, at a cost that does not grow with the environment. */
export class Places {
  readonly #destinations = new Map<string, Reached>();
  /** Addresses of routers that send a call on by its tag: what it reaches depends on the tag. */
  readonly #byTag = new Map<string, Reached>();
  readonly #networks = new BlockList();
  readonly #hosts = new Map<string, Set<string>>();
  readonly #origins = new Map<string, Origin>();

  constructor(spec: LoopSpec) {
    for (const { name, addresses } of spec.upstreams) {
      for (const address of addresses) {
        this.#destinations.set(plain(address), { name, staging: false, elsewhere: false });
      }
    }
    for (const { name, units, listen } of spec.services) {
      const reached: Reached = { name, staging: true, elsewhere: false };
      // What a router takes for staging it brings there or nowhere; who only sees the calling side sees it go there.
      if (listen) this.#destinations.set(plain(listen.staging), reached);
      if (listen) this.#byTag.set(plain(listen.production), reached);
      for (const { address } of units) {
        if (address === undefined) continue;
        this.#destinations.set(plain(address), reached);
        const host = plain(splitHostPort(address)?.host ?? address);
        this.#hosts.set(host, (this.#hosts.get(host) ?? new Set()).add(name));
      }
    }
    for (const network of spec.networks) {
      const [address = '', prefix] = network.split('/');
      this.#networks.addSubnet(address, Number(prefix), family(address) ?? 'ipv4');
    }
  }

  /** @returns null when nobody took the call */
  destination(text: string, tagged: boolean): Reached | null {
    const known = this.#at(text, tagged);
    if (known) return known;
    if (NO_DESTINATION.test(text)) return null;
    if (!text.includes(', ') && !text.includes(' : ')) return NOWHERE;
    return this.#tries(text, tagged);
  }

  origin(address: string): Origin {
    const known = this.#origins.get(address);
    if (known) return known;
    const origin = this.#locate(address);
    if (this.#origins.size >= MAX_ORIGINS) this.#origins.clear();
    this.#origins.set(address, origin);
    return origin;
  }

  /** One call that went to several places, one after another, as nginx writes it. Nothing that it touched is left out. */
  #tries(text: string, tagged: boolean): Reached | null {
    const tries = text.split(/, | : /).filter((place) => !NO_DESTINATION.test(place));
    const reached = tries.map((place) => this.#at(place, tagged) ?? NOWHERE);
    if (reached.length === 0) return null;
    return {
      name: reached.findLast(({ name }) => name !== null)?.name ?? null,
      staging: reached.some(({ staging }) => staging),
      elsewhere: reached.some(({ elsewhere }) => elsewhere),
    };
  }

  #at(text: string, tagged: boolean): Reached | undefined {
    const address = plain(text);
    return this.#destinations.get(address) ?? (tagged ? this.#byTag.get(address) : undefined);
  }

  #locate(address: string): Origin {
    const version = family(address);
    const staging = version !== null && this.#networks.check(address, version);
    const services = this.#hosts.get(plain(address));
    const [service = null] = services?.size === 1 ? services : [];
    return { staging, service };
  }
}

function family(address: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(address);
  if (version === 0) return null;
  return version === 4 ? 'ipv4' : 'ipv6';
}

/** The same place in the same letters: lower case, and IPv4 as IPv4 although a socket of both kinds took it. */
function plain(address: string): string {
  const lower = address.toLowerCase();
  if (!lower.includes('::ffff:')) return lower;
  return lower.replace(/^\[?::ffff:(\d+\.\d+\.\d+\.\d+)\]?/, '$1');
}
