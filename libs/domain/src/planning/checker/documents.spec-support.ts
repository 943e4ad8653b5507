import fc from 'fast-check';
import { Release } from '../../documents/release.js';
import { RISKS } from '../../documents/risk.js';
import { Topology } from '../../documents/topology.js';
import { policies } from './policies.spec-support.js';

const apiVersion = 'sluice/v1';
const KINDS = ['region', 'zone', 'vpc', 'group', 'rack'];
const TIERS = fc.constantFrom('web', 'api');

const labels = fc.option(fc.record({ tier: TIERS }), { nil: undefined });

/** Trees of up to three levels; names and ids are numbered afterwards so that they are unique. */
interface Shape {
  readonly kind: string;
  readonly labels: { readonly tier: string } | undefined;
  readonly drivers: readonly string[];
  readonly inner: readonly Shape[];
}
const shape: fc.Memo<Shape> = fc.memo((depth) =>
  fc
    .record({
      kind: fc.constantFrom(...KINDS),
      labels,
      drivers: fc.array(fc.oneof({ weight: 30, arbitrary: fc.constant('exec') }, fc.constant('docker')), {
        maxLength: 9,
      }),
      inner: depth > 1 ? fc.array(shape(), { maxLength: 2 }) : fc.constant([]),
    })
    .map(({ drivers, inner, ...rest }) => {
      const filled = drivers.length + inner.length === 0 ? ['exec'] : drivers;
      return { ...rest, drivers: filled, inner };
    }),
);

/** Nested clusters of any kind, some with units and clusters, now and then without commands for the driver. */
const topologies = fc
  .record({ shapes: fc.array(shape(3), { minLength: 1, maxLength: 4 }), commands: fc.nat({ max: 20 }) })
  .map(({ shapes, commands }) => {
    let number = 0;
    const build = ({ kind, labels: own, drivers, inner }: Shape): object => {
      const name = `c${++number}`;
      const units = drivers.map((driver, i) => ({ id: `${name}-${i}`, driver }));
      return { name, kind, ...(own ? { labels: own } : {}), units, clusters: inner.map(build) };
    };
    const drivers = commands === 0 ? {} : { exec: { inspect: ['true'], deploy: ['true'] } };
    const spec = { drivers, clusters: shapes.map(build) };
    return Topology.parse({ apiVersion, kind: 'Topology', metadata: { name: 'any' }, spec });
  });

/** Clusters are drawn by number before there is a topology; some numbers stand for a cluster that there is not. */
const pick = fc.nat({ max: 199 });
const MISSING = 199;
const selector = fc
  .record({
    kind: fc.option(fc.constantFrom(...KINDS), { nil: undefined }),
    in: fc.option(pick, { freq: 2, nil: undefined }),
    labels: fc.option(fc.record({ tier: TIERS }), { freq: 1, nil: undefined }),
  })
  .filter((fields) => Object.values(fields).some((value) => value !== undefined));
const clusters = fc.oneof(
  { weight: 3, arbitrary: fc.uniqueArray(pick, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: selector },
);
type Drawn = typeof clusters extends fc.Arbitrary<infer Value> ? Value : never;

/** The clusters that were drawn, by the names that a topology has. Names that mean nothing together are left in. */
function namedIn(topology: Topology, drawn: Drawn) {
  const names = namesOf(topology.spec.clusters);
  const nameOf = (number: number): string => (number === MISSING ? 'mars' : (names[number % names.length] ?? ''));
  if (Array.isArray(drawn)) return [...new Set(drawn.map(nameOf))];
  const { in: within, ...rest } = drawn;
  return Object.fromEntries(
    Object.entries({ ...rest, in: within === undefined ? undefined : nameOf(within) }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

function namesOf(all: Topology['spec']['clusters']): string[] {
  return all.flatMap(({ name, clusters: inner = [] }) => [name, ...namesOf(inner)]);
}

/** Numbers and shares in any mixture; each grows, and the last reaches the whole, at least of most clusters. */
const batches = fc
  .record({
    numbers: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 2 }),
    shares: fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: 3 }),
    turns: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
    last: fc.constantFrom('100%', '100%', '100%', 9, 12),
  })
  .map(({ numbers, shares, turns, last }) => {
    const rest: Record<'numbers' | 'shares', (number | string)[]> = {
      numbers: [...numbers].sort((a, b) => a - b),
      shares: [...shares].sort((a, b) => a - b).map((share) => `${share / 100}%`),
    };
    const mixed = turns.flatMap((turn) => {
      const [one, other] = turn ? [rest.numbers, rest.shares] : [rest.shares, rest.numbers];
      const next = one.shift() ?? other.shift();
      return next === undefined ? [] : [next];
    });
    return [...mixed, last];
  });

const stage = fc.record({
  clusters,
  exclude: fc.option(clusters, { nil: undefined }),
  order: fc.constantFrom(
    { order: 'serial' },
    { order: 'parallel' },
    { order: 'parallel', maxParallel: 1 },
    { order: 'parallel', maxParallel: 2 },
    { order: 'parallel', maxParallel: 3 },
  ),
  batches,
});

const interval = fc.constantFrom('0s', '5m', '10m', '20m', '30m', '1h', '90s');
const intervals = fc.record({
  first: fc.option(interval, { nil: undefined }),
  default: interval,
  batches: fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(fc.constantFrom('c1.1', 'c1.2', 'c2.1', 'c3.1'), interval, { maxKeys: 1 }) },
  ),
});

const adaptive = fc.constantFrom({ min: '5m', max: '20m' }, { min: '10m', max: '10m' }, { min: '20m', max: '1h' });

const VALIDATORS = [
  { name: 'errors', metric: { events: 'errors_total', exposure: 'requests_total' } },
  { name: 'latency', latency: { histogram: 'seconds' } },
  { name: 'business', log: { source: 'orders.log', pattern: 'order', min: 1 } },
  { name: 'online-file', file: { path: '/build-info.json', sha256: 'a'.repeat(64) } },
  { name: 'second-look', confirm: {} },
];

const drafts = fc.record({
  risk: fc.constantFrom(...RISKS),
  rollout: fc.oneof(
    { weight: 2, arbitrary: fc.tuple(stage) },
    { weight: 1, arbitrary: fc.array(stage, { minLength: 2, maxLength: 3 }) },
  ),
  interval: intervals,
  adaptive: fc.option(adaptive, { nil: undefined }),
  emergency: fc.boolean(),
  validate: fc.subarray(VALIDATORS, { maxLength: 2 }),
});
type Draft = typeof drafts extends fc.Arbitrary<infer Value> ? Value : never;

function releaseOver(topology: Topology, { rollout, adaptive: adapts, interval: set, ...rest }: Draft): Release {
  const stages = rollout.map(({ clusters: taken, exclude, order, batches: steps }) => ({
    clusters: namedIn(topology, taken),
    ...(exclude === undefined ? {} : { exclude: namedIn(topology, exclude) }),
    ...order,
    batches: steps,
  }));
  const spec = {
    service: 'checkout',
    version: '2',
    topology: 'any',
    reason: 'a test',
    ...rest,
    rollout: stages,
    interval: { ...set, adaptive: adapts },
  };
  return Release.parse({ apiVersion, kind: 'Release', metadata: { name: 'any' }, spec });
}

/** A release, a topology and a policy that may or may not go together. */
export const anyDocuments = fc
  .record({ topology: topologies, draft: drafts, judged: policies })
  .map(({ topology, draft, judged }) => ({ topology, release: releaseOver(topology, draft), judged }));
