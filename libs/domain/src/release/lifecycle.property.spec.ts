import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLOSED } from '../values/traffic.js';
import { DEEDS, goOnWell } from './deeds.spec-support.js';
import type { UnitVersion } from './events.js';
import { evolve, fold } from './evolve.js';
import { planned, type Sketch } from './sketch.spec-support.js';
import { ABSENT, type ReleaseState } from './state.js';
import { RELEASE_STATUSES } from './status.js';
import { NEW, OLD } from './story.spec-support.js';
import { World } from './world.spec-support.js';

const wave = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 })
  .chain((clusters) =>
    fc.record(Object.fromEntries(clusters.map((cluster) => [cluster, fc.integer({ min: 1, max: 3 })]))),
  );

const ORDERS = { name: 'orders', log: { source: 'orders.log', pattern: 'placed', min: 1 } };
const ERRORS = { name: 'errors', metric: { events: 'errors', exposure: 'requests' } };
const lookedAtBy = (people: number) => ({ name: 'second-look', confirm: { role: 'operator', people } });

/** Small releases of every kind: with staging or without, several waves, all reactions to failure, tight limits. */
const sketches: fc.Arbitrary<Sketch> = fc
  .record({
    waves: fc.array(wave, { minLength: 1, maxLength: 4 }),
    interval: fc.constantFrom('1s', '10m', '20m', '30m', '1h'),
    adaptive: fc.option(
      fc.record({ min: fc.constantFrom('1s', '5m'), max: fc.constant('2h'), after: fc.integer({ min: 1, max: 3 }) }),
    ),
    staging: fc.constantFrom(0, 0, 1, 2),
    validate: fc.constantFrom([], [ORDERS], [ORDERS, ERRORS], [ORDERS, lookedAtBy(1)], [lookedAtBy(2)]),
    onFailure: fc.constantFrom('rollback-batch', 'rollback-release', 'hold'),
    risk: fc.constantFrom('standard', 'high', 'core'),
    drift: fc.constantFrom('hold', 'ignore', 'include', 'include'),
    limits: fc.record({
      unitsAtOnce: fc.integer({ min: 1, max: 3 }),
      failedUnits: fc.integer({ min: 0, max: 1 }),
      retries: fc.integer({ min: 0, max: 2 }),
    }),
  })
  .map(({ waves, interval, staging, adaptive, ...spec }) => ({
    waves: waves.map(withIds),
    interval,
    staging,
    spec: { ...spec, interval: { default: interval, ...(adaptive ? { adaptive } : {}) } },
  }));

/** The batch of a cluster in the second wave is its second one, or near enough: `a.2`. */
function withIds(sizes: Readonly<Record<string, number>>, wave: number): Record<string, number> {
  return Object.fromEntries(Object.entries(sizes).map(([cluster, size]) => [`${cluster}.${wave + 1}`, size]));
}

const NOTHING: UnitVersion = { version: null, healthy: false };

/** What the units ran before: one in six nothing at all, one the new version already. */
const fleets = fc.array(fc.constantFrom(OLD, OLD, OLD, OLD, NOTHING, NEW), { minLength: 38, maxLength: 38 });

function worldOf(sketch: Sketch, versions: readonly UnitVersion[]): World {
  const { staging, batches } = planned(sketch).plan;
  const units = [...(staging?.units ?? []), ...batches.flatMap((batch) => batch.units)];
  return new World(sketch, new Map(units.map(({ id }, i) => [id, versions[i] ?? OLD])));
}

type DeedName = keyof typeof DEEDS;
const names = Object.keys(DEEDS) as DeedName[];
const choices = names.map((name) => ({ weight: 10 * DEEDS[name][0], arbitrary: fc.constant(name) }));
const numbers = fc.nat({ max: 1_000 });
const histories = fc.array(fc.tuple(fc.oneof(...choices), numbers, numbers), { maxLength: 150, size: 'max' });

function live(world: World, history: readonly (readonly [DeedName, number, number])[]): World {
  for (const [name, pick, how] of history) DEEDS[name][1](world, pick, how);
  return world;
}

/** A new process knows only the log; it has to know the same. */
function restart(world: World): void {
  const folded = fold(world.log);
  if (!isDeepStrictEqual(folded, world.state)) expect(folded).toEqual(world.state);
  world.state = folded;
}

/** `npm run long -- runs` tries many more. */
const RUNS = Number(process.env.RELEASE_RUNS ?? 300);

describe('a release, whatever happens to it', () => {
  it('keeps every promise, survives every crash, and finds an end when things go well again', () => {
    fc.assert(
      fc.property(sketches, fleets, histories, histories, (sketch, fleet, before, after) => {
        const world = live(worldOf(sketch, fleet), before);
        restart(world);
        live(world, after);
        restart(world);
        goOnWell(world);
        restart(world);
      }),
      { numRuns: RUNS },
    );
  });

  it('completes when nothing goes wrong, and then every unit runs the new version', () => {
    fc.assert(
      fc.property(sketches, fleets, (sketch, fleet) => {
        const world = worldOf(sketch, fleet);
        goOnWell(world);
        expect(world.state.status).toBe('completed');
        for (const version of world.fleet.values()) expect(version).toEqual(NEW);
        expect(world.router).toEqual(CLOSED);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the fold', () => {
  const heaps = fc.array(fc.nat(), { maxLength: 300, size: 'max' });
  const shares = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }));

  it('takes events in any order, with gaps and twice, without ever throwing', () => {
    fc.assert(
      fc.property(sketches, fleets, histories, shares, heaps, (sketch, fleet, history, share, heap) => {
        const { log } = live(worldOf(sketch, fleet), history);
        const beginning = log.slice(0, 1 + Math.floor(share * log.length));
        const picked = heap.flatMap((pick) => log[pick % log.length] ?? []);
        const state = [...beginning, ...picked].reduce<ReleaseState>(evolve, ABSENT);
        expect(RELEASE_STATUSES).toContain(state.status);
      }),
      { numRuns: 200 },
    );
  });
});
