import { describe, expect, it } from '@jest/globals';
import { validateDocument } from '../read-document.js';
import { readEnvironment } from '../readers.js';
import { Environment } from './environment.js';

const ENVIRONMENT = `apiVersion: sluice/v1
kind: Environment
metadata: { name: checkout-staging }
spec:
  services:
    - name: web
      units: [{ id: web-1, address: "10.9.0.1:8080" }]
      calls: [orders, { to: payments, probe: /pay }]
    - name: orders
      units:
        - { id: orders-1, address: "10.9.0.2:8080" }
        - { id: orders-2, address: "[fd00::2]:8080" }
  router: { haproxy: { admin: /run/haproxy.sock, map: /etc/haproxy/sluice.map } }
  internal: { networks: [10.0.0.0/8, "fd00::/8"], headers: [{ name: x-internal, value: "yes" }] }
  networks: [10.9.0.0/16]
  upstreams: [{ name: payments, addresses: ["10.2.0.1:443"], access: read-only }]
  calls: [{ file: /var/log/calls.ndjson }, { otlp: true }]
`;

const HAPROXY = 'haproxy: { admin: /run/haproxy.sock, map: /etc/haproxy/sluice.map }';
const NGINX = 'nginx: { split: /etc/nginx/split.conf, test: [nginx, -t], reload: [nginx, -s, reload] }';

/** What is wrong with the environment once `from` is `to`, as `line:column path message`. */
function told(...changes: [from: string, to: string][]): string[] {
  const text = changes.reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replace(from, to);
  }, ENVIRONMENT);
  const result = readEnvironment(text, 'environment.yaml');
  if (result.ok) return [];
  return result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
}

/** The same for a document that came as JSON, changed by `spec`. */
function toldOf(spec: Record<string, unknown>): string[] {
  const services = [{ name: 'web', units: [{ id: 'web-1', address: '10.9.0.1:8080' }] }];
  const router = { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/sluice.map' } };
  const document = {
    apiVersion: 'sluice/v1',
    kind: 'Environment',
    metadata: { name: 'e' },
    spec: { services, router, ...spec },
  };
  const result = validateDocument(Environment, document, 'environment');
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path} ${message}`);
}

const unitsOf = (count: number, of = 'u') =>
  Array.from({ length: count }, (_, i) => ({ id: `${of}-${i}`, address: `${of}.example:${i + 1}` }));

describe('an environment', () => {
  it('is read with its defaults filled in', () => {
    const result = readEnvironment(ENVIRONMENT, 'environment.yaml');
    expect(result).toMatchObject({
      ok: true,
      value: {
        spec: {
          services: [
            { name: 'web', units: [{ id: 'web-1', driver: 'exec' }], probe: '/', health: '/healthz', production: [] },
            { name: 'orders', calls: [] },
          ],
          router: { sticky: { cookie: 'uid' } },
          tag: { baggage: 'sluice.env=staging', header: 'x-sluice-env' },
          ignore: ['/healthz', '/readyz', '/metrics'],
        },
      },
    });
    expect(result.ok && readEnvironment(JSON.stringify(result.value), 'environment.json')).toEqual(result);
  });

  it('needs no more than a service with a unit, and a router', () => {
    expect(toldOf({})).toEqual([]);
    expect(toldOf({ services: undefined, router: undefined })).toEqual([
      'spec.services is missing',
      'spec.router is missing',
    ]);
  });

  it('has exactly one router', () => {
    const message = '13:11 spec.router needs exactly one of haproxy, nginx, gatewayApi';
    expect(told([`{ ${HAPROXY} }`, '{}'])).toEqual([message]);
    expect(told([HAPROXY, `${HAPROXY}, ${NGINX}`])).toEqual([message]);
    expect(told([HAPROXY, NGINX])).toEqual([]);
  });

  it('knows its fields', () => {
    expect(
      told(['  networks: [10.9', '  network: [10.9'], ['id: orders-1', 'ids: orders-1'], ['file:', 'fil:']),
    ).toEqual([
      '11:11 spec.services[1].units[0].id is missing',
      '11:13 spec.services[1].units[0].ids unknown field, did you mean `id`?',
      '15:3 spec.network unknown field, did you mean `networks`?',
      '17:11 spec.calls[0].file is missing',
      '17:13 spec.calls[0].fil unknown field, did you mean `file`?',
    ]);
  });
});

describe('the stack of an environment', () => {
  it('has no hole: whatever is called is in it, or an upstream', () => {
    expect(told(['calls: [orders, { to: payments', 'calls: [order, { to: paymint'])).toEqual([
      '8:15 spec.services[0].calls[0] the stack has a hole: order is neither one of its services nor an upstream, did you mean `orders`?',
      '8:22 spec.services[0].calls[1] the stack has a hole: paymint is neither one of its services nor an upstream, did you mean `payments`?',
    ]);
    expect(told(['calls: [orders, {', 'calls: [search, {'])).toEqual([
      '8:15 spec.services[0].calls[0] the stack has a hole: search is neither one of its services nor an upstream',
    ]);
  });

  it('may call in circles, and itself', () => {
    expect(told(['- name: orders\n', '- name: orders\n      calls: [web, orders]\n'])).toEqual([]);
  });

  it('has calls of one of two forms', () => {
    expect(told(['[orders, {', '[7, {'])).toEqual([
      '8:15 spec.services[0].calls[0] must be the name of a service or upstream, or { to: name, probe: /path }',
    ]);
    expect(told(['to: payments', 'too: payments'])).toEqual([
      '8:23 spec.services[0].calls[1].to is missing',
      '8:25 spec.services[0].calls[1].too unknown field, did you mean `to`?',
    ]);
    expect(told(['probe: /pay', 'probe: pay'])).toEqual(['8:46 spec.services[0].calls[1].probe must start with /']);
  });

  it('tells its services and upstreams apart', () => {
    expect(told(['- name: orders', '- name: web'], ['calls: [orders, ', 'calls: ['])).toEqual([
      '9:13 spec.services[1].name web is the name of another service or upstream',
    ]);
    expect(told(['name: payments', 'name: orders'], ['to: payments', 'to: orders'])).toEqual([
      '16:23 spec.upstreams[0].name orders is the name of another service or upstream',
    ]);
  });

  it('is entered by one of its services', () => {
    expect(told(['  router:', '  entry: orders\n  router:'])).toEqual([]);
    expect(told(['  router:', '  entry: order\n  router:'])).toEqual([
      '13:10 spec.entry the stack has no service order, did you mean `orders`?',
    ]);
    expect(told(['  router:', '  entry: payments\n  router:'])).toEqual([
      '13:10 spec.entry the stack has no service payments',
    ]);
  });
});

describe('the units of an environment', () => {
  it('have ids and addresses of their own, whatever service they are of', () => {
    expect(told(['id: orders-2', 'id: web-1'], ['[fd00::2]:8080', '10.9.0.2:8080'])).toEqual([
      '12:17 spec.services[1].units[1].id unit web-1 is listed already',
      '12:33 spec.services[1].units[1].address another unit has the address 10.9.0.2:8080',
    ]);
  });

  it('can be reached', () => {
    expect(told(['{ id: web-1, address: "10.9.0.1:8080" }', '{ id: web-1 }'])).toEqual([
      '7:15 spec.services[0].units[0] has no address: traffic and probes could not reach it',
    ]);
    expect(told(['10.9.0.2:8080', '10.9.0.2'], ['[fd00::2]:8080', '10.9.0.3:80 weight 9'])).toEqual([
      '11:36 spec.services[1].units[0].address must be an address and a port such as 10.0.0.1:8080 or [::1]:8080',
      '12:36 spec.services[1].units[1].address must be an address and a port such as 10.0.0.1:8080 or [::1]:8080',
    ]);
  });

  it('are there for each service', () => {
    expect(told(['[{ id: web-1, address: "10.9.0.1:8080" }]', '[]'])).toEqual([
      '7:14 spec.services[0].units must have at least 1 entry',
    ]);
  });
});

describe('the networks of an environment', () => {
  it('do not overlap with each other', () => {
    expect(told(['[10.9.0.0/16]', '[10.9.0.0/16, 10.8.0.0/16, 10.9.1.0/24]'])).toEqual([
      '15:40 spec.networks[2] overlaps with 10.9.0.0/16',
    ]);
    expect(told(['"fd00::/8"', '"fd00::/8", "fd01::/16", 0.0.0.0/0'])).toEqual([
      '14:50 spec.internal.networks[2] overlaps with fd00::/8',
      '14:63 spec.internal.networks[3] overlaps with 10.0.0.0/8',
    ]);
  });

  it('have no bits behind their prefix', () => {
    expect(told(['10.0.0.0/8', '10.1.0.0/8'], ['10.9.0.0/16', '10.9.0.1'])).toEqual([
      '14:26 spec.internal.networks[0] has bits set behind its prefix',
      '15:14 spec.networks[0] must be a network such as 10.0.0.0/8 or fd00::/8',
    ]);
  });
});

describe('what else an environment says', () => {
  it.each<[string, [string, string], string[]]>([
    [
      'an upstream that may be written to',
      ['access: read-only', 'access: full'],
      ['16:70 spec.upstreams[0].access must be read-only'],
    ],
    ['an upstream without access', [', access: read-only', ''], ['16:15 spec.upstreams[0].access is missing']],
    [
      'an upstream without a place',
      ['["10.2.0.1:443"]', '[]'],
      ['16:44 spec.upstreams[0].addresses must have at least 1 entry'],
    ],
    [
      'a place without a port',
      ['10.2.0.1:443', '10.2.0.1'],
      ['16:45 spec.upstreams[0].addresses[0] must be an address and a port such as 10.0.0.1:8080 or [::1]:8080'],
    ],
    [
      'a header that is none',
      ['name: x-internal', 'name: "x internal"'],
      ['14:69 spec.internal.headers[0].name must be the name of a header'],
    ],
    [
      'a value with a line break',
      ['value: "yes"', 'value: "yes\\nx-admin: 1"'],
      ['14:88 spec.internal.headers[0].value must be the value of a header'],
    ],
    [
      'calls that are read nowhere',
      ['file: /var/log/calls.ndjson', 'udp: 514'],
      ['17:11 spec.calls[0].file is missing', '17:13 spec.calls[0].udp unknown field; known here: file'],
    ],
    [
      'a file that is not found by its path',
      ['/var/log/calls.ndjson', 'calls.ndjson'],
      ['17:19 spec.calls[0].file must start with /'],
    ],
    ['spans that are not taken', ['otlp: true', 'otlp: false'], ['17:52 spec.calls[1].otlp must be true']],
    [
      'a tag without a value',
      ['  calls: [{ file', '  tag: { baggage: staging }\n  calls: [{ file'],
      ['17:19 spec.tag.baggage must be key=value such as sluice.env=staging'],
    ],
    [
      'a path that is ignored',
      ['  calls: [{ file', '  ignore: [healthz]\n  calls: [{ file'],
      ['17:12 spec.ignore[0] must start with /'],
    ],
    [
      'users told apart by nothing',
      ['router: {', 'router: { sticky: name,'],
      ['13:21 spec.router.sticky must be { cookie: name }, { header: name } or address'],
    ],
    [
      'a status that others could ask',
      [HAPROXY, NGINX.replace('{ ', '{ status: "10.0.0.1:8101", ')],
      ['13:30 spec.router.nginx.status must be on the loopback of the host, such as 127.0.0.1:8101'],
    ],
    [
      'a command that is text',
      [HAPROXY, NGINX.replace('[nginx, -t]', 'nginx -t')],
      ['13:58 spec.router.nginx.test must be a list'],
    ],
    [
      'an admin socket that is neither',
      ['admin: /run/haproxy.sock', 'admin: haproxy'],
      ['13:31 spec.router.haproxy.admin must be an address and a port such as 10.0.0.1:8080 or [::1]:8080'],
    ],
    [
      'listeners of one side only',
      ['- name: orders', '- name: orders\n      listen: { staging: "10.9.0.9:1" }'],
      ['10:15 spec.services[1].listen.production is missing'],
    ],
  ])('is not %s', (_, change, expected) => {
    expect(told(change)).toEqual(expected);
  });

  it.each(['sticky: address', 'sticky: { header: x-user }', 'sticky: { cookie: session }'])(
    'is by what users are told apart: %s',
    (sticky) => {
      expect(told(['router: {', `router: { ${sticky},`])).toEqual([]);
    },
  );

  it('is of its own kind', () => {
    expect(told(['kind: Environment', 'kind: Topology'])).toEqual(['2:7 kind must be Environment']);
  });
});

describe('an environment that is too large', () => {
  it('has more than three hundred calls, over all its services', () => {
    const calls = (count: number) => Array.from({ length: count }, (_, i) => ({ to: 's1', probe: `/${i}` }));
    const services = (sizes: number[]) =>
      sizes.map((size, i) => ({ name: `s${i}`, units: unitsOf(1, `u${i}`), calls: calls(size) }));
    expect(toldOf({ services: services([100, 100, 100]) })).toEqual([]);
    expect(toldOf({ services: services([100, 100, 100, 1]) })).toEqual([
      'spec.services has 301 calls in all; an environment may have 300',
    ]);
  });

  it('has more than a thousand units, over all its services', () => {
    const services = (sizes: number[]) => sizes.map((size, i) => ({ name: `s${i}`, units: unitsOf(size, `u${i}`) }));
    expect(toldOf({ services: services([200, 200, 200, 200, 200]) })).toEqual([]);
    expect(toldOf({ services: services([200, 200, 200, 200, 200, 1]) })).toEqual([
      'spec.services has 1001 units in all; an environment may have 1000',
    ]);
  });

  it('is longer than an event of the log may be, and is told nothing else that takes the whole of it', () => {
    const labels = { note: 'é'.repeat(200) };
    const units = (count: number) => unitsOf(count).map((unit) => ({ ...unit, labels }));
    const services = (count: number) => ['a', 'b'].map((name) => ({ name, units: units(count), calls: ['nobody'] }));
    expect(toldOf({ services: services(100) })).toHaveLength(200 + 2);
    expect(toldOf({ services: services(200) })).toEqual([
      expect.stringMatching(/^ is \d{6} bytes long as JSON; an environment may have 150000$/),
    ]);
  });
});
