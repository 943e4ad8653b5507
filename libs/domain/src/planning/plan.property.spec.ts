import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatPath } from '../documents/path.js';
import type { Release } from '../documents/release.js';
import type { Topology } from '../documents/topology.js';
import { toMs } from '../values/duration.js';
import { policyOf, releaseOf } from './documents.spec-support.js';
import { plan } from './plan.js';
import { stages, topologies } from './random-plans.spec-support.js';
import type { Plan } from './types.js';

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
