import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPath } from '../documents/path.js';
import type { Release } from '../documents/release.js';
import { Topology } from '../documents/topology.js';
import { toMs } from '../values/duration.js';
import { policyOf, releaseOf } from './documents.spec-support.js';
import { plan } from './plan.js';
import type { Plan } from './types.js';

const KINDS = ['region', 'zone', 'vpc'];

/** Trees of up to three levels; names and ids are numbered afterwards so that they are unique. */
interface Shape {
  readonly kind: string;
  readonly units: number;
  readonly inner: readonly Shape[];
}
const shape: fc.Memo<Shape> = fc.memo((depth) =>
  fc
    .record({
      kind: fc.constantFrom(...KINDS),
      units: fc.integer({ min: 0, max: 9 }),
      inner: depth > 1 ? fc.array(shape(), { maxLength: 3 }) : fc.constant([]),
    })
    .map(({ kind, units, inner }) => ({ kind, units: inner.length === 0 ? Math.max(1, units) : units, inner })),
);

const topologies = fc.array(shape(3), { minLength: 1, maxLength: 4 }).map((shapes) => {
  let number = 0;
  const build = ({ kind, units, inner }: Shape): object => {
    const name = `c${++number}`;
    return {
      name,
      kind,
      units: Array.from({ length: units }, (_, i) => ({ id: `${name}-${i}` })),
      clusters: inner.map(build),
    };
  };
  const drivers = { exec: { inspect: ['true'], deploy: ['true'] } };
  const spec = { drivers, clusters: shapes.map(build) };
  return Topology.parse({ apiVersion: 'sluice/v1', kind: 'Topology', metadata: { name: 'any' }, spec });
});

const percents = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 })
  .map((all) => [...all].sort((a, b) => a - b));
const batches = fc
  .record({ number: fc.option(fc.integer({ min: 1, max: 5 })), percents, last: fc.constantFrom('100%' as const, 6, 9) })
  .map(({ number, percents: shares, last }) => [
    ...(number === null ? [] : [number]),
    ...shares.map((share) => `${share}%`),
    last,
  ]);

const stages = fc.array(
  fc
    .record({
      clusters: fc.oneof(
        fc.uniqueArray(
          fc.integer({ min: 1, max: 12 }).map((number) => `c${number}`),
          { minLength: 1, maxLength: 3 },
        ),
        fc.record({ kind: fc.constantFrom(...KINDS) }),
      ),
      parallel: fc.option(fc.integer({ min: 1, max: 3 })),
      batches,
    })
    .map(({ parallel, ...stage }) =>
      parallel === null ? stage : { ...stage, order: 'parallel', maxParallel: parallel },
    ),
  { minLength: 1, maxLength: 3 },
);

const cases = fc.record({ topology: topologies, rollout: stages, zero: fc.boolean() });

describe('whatever the topology and the rollout', () => {
  it('the planner refuses with places in the release, or the plan is sound', () => {
    const seen = { planned: 0, refused: 0 };
    fc.assert(
      fc.property(cases, ({ topology, rollout, zero }) => {
        const interval = zero ? { default: '0s' } : { default: '10m', first: '20m' };
        const release = releaseOf({ rollout, interval });
        const result = plan(release, topology, policyOf());
        if (!result.ok) {
          seen.refused += 1;
          for (const { path, source } of result.problems) expectPlace(release, path, source);
          expect(result.problems.length).toBeGreaterThan(0);
          return;
        }
        seen.planned += 1;
        expectSound(result.plan, release, topology);
      }),
      { numRuns: 400 },
    );
    expect(seen.planned).toBeGreaterThan(20);
    expect(seen.refused).toBeGreaterThan(20);
  });
});

function expectPlace(release: Release, path: string, source: string | undefined): void {
  expect(source).toBe('release');
  expect(placesOf(release, [])).toContain(path);
}

function placesOf(value: unknown, path: (string | number)[]): string[] {
  if (typeof value !== 'object' || value === null) return [formatPath(path)];
  const steps: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [formatPath(path), ...steps.flatMap(([step, inner]) => placesOf(inner, [...path, step]))];
}

function expectSound(made: Plan, release: Release, topology: Topology): void {
  const planned = made.batches.flatMap(({ units }) => units.map(({ id }) => id));
  expect(new Set(planned).size).toBe(planned.length);
  const clusters = new Map(leaves(topology));
  for (const cluster of new Set(made.batches.map((batch) => batch.cluster))) {
    const own = made.batches.filter((batch) => batch.cluster === cluster);
    expect(own.flatMap(({ units }) => units.map(({ id }) => id))).toEqual(clusters.get(cluster));
    expect(own.map(({ id }) => id)).toEqual(own.map((_, i) => `${cluster}.${i + 1}`));
    expect(own.every(({ units }) => units.length > 0)).toBe(true);
    expect(own.every(({ wave }, i) => i === 0 || wave === (own[i - 1]?.wave ?? 0) + 1)).toBe(true);
  }

  expect(made.waves.flat()).toEqual(made.batches.map(({ id }) => id));
  expect(made.batches.map(({ wave }) => wave)).toEqual(made.waves.flatMap((wave, i) => wave.map(() => i + 1)));
  expect(made.batches.at(-1)).toMatchObject({ cumulativeUnits: planned.length, cumulativeShare: 1 });

  const widest = release.spec.rollout.map(({ order, maxParallel }) =>
    order === 'serial' ? 1 : (maxParallel ?? Number.POSITIVE_INFINITY),
  );
  for (const wave of made.waves) expect(wave.length).toBeLessThanOrEqual(Math.max(...widest));

  const rules = new Set(made.findings.filter(({ severity }) => severity === 'block').map(({ rule }) => rule));
  expect(rules.has('INT-1')).toBe(made.batches.some(({ interval }) => toMs(interval) === 0));
  expect(made.approval).toEqual(rules.size === 0 ? null : { level: 'director', because: [...rules] });
  if (!rules.has('BAT-3')) expectGrowth(made);
}

function expectGrowth(made: Plan): void {
  const before = new Map<string, number>();
  for (const { cluster, units } of made.batches) {
    expect(units.length).toBeGreaterThanOrEqual(before.get(cluster) ?? 0);
    before.set(cluster, units.length);
  }
}

function leaves(topology: Topology): [string, string[]][] {
  const visit = ({ name, units = [], clusters = [] }: Topology['spec']['clusters'][number]): [string, string[]][] => [
    [name, units.map(({ id }) => id)],
    ...clusters.flatMap(visit),
  ];
  return topology.spec.clusters.flatMap(visit);
}
