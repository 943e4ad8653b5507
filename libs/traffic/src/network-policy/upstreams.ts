import { isIP } from 'node:net';
import { type Environment, splitHostPort } from '#domain';

/** What is allowed for the upstreams that are known by an IP address: that address and its port. */
export function upstreamEgress({ spec }: Environment): object[] {
  return spec.upstreams
    .flatMap(({ addresses }) => addresses)
    .flatMap((address) => {
      const place = splitHostPort(address);
      const cidr = place && cidrOf(place.host);
      if (!cidr) return [];
      return [{ to: [{ ipBlock: { cidr } }], ports: [{ protocol: 'TCP', port: place.port }] }];
    });
}

/** A line for each address of an upstream; those by a host name are not allowed by any policy. */
export function allUpstreams({ spec }: Environment): string[] {
  const lines = spec.upstreams.flatMap(({ name, addresses }) =>
    addresses.map((address) => `- ${name}: ${address}${isByAddress(address) ? '' : ', by name: NOT ALLOWED'}`),
  );
  const byName = spec.upstreams.some(({ addresses }) => !addresses.every(isByAddress));
  return ['The upstreams outside the stack:', ...lines, ...(byName ? BY_NAME : []), ...SERVICES];
}

const BY_NAME = [
  'A NetworkPolicy knows no host names. For those, add the addresses behind them,',
  'or use what your network plugin has for names.',
];

const SERVICES = [
  "The address of a Service of this cluster may be compared only after it became a pod's:",
  'for such an upstream, allow its pods by a selector.',
];

function isByAddress(address: string): boolean {
  const place = splitHostPort(address);
  return place !== null && cidrOf(place.host) !== null;
}

/** The network of one address; null for a host name. */
function cidrOf(host: string): string | null {
  const version = isIP(host);
  if (version === 0) return null;
  return `${host}/${version === 4 ? 32 : 128}`;
}
