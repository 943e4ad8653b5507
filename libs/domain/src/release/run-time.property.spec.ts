import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEEDS, goOnWell } from './deeds.spec-support.js';
import { fold } from './evolve.js';
import { planned, type Sketch } from './sketch.spec-support.js';
import { OLD } from './story.spec-support.js';
import { World } from './world.spec-support.js';

const ORDERS = { name: 'orders', log: { source: 'orders.log', pattern: 'placed', min: 1 } };

/** Releases whose plan the policy has nothing against: every minute that it asks for has to be kept in the run. */
const sketches: fc.Arbitrary<Sketch> = fc
  .record({
    risk: fc.constantFrom('high', 'core'),
    sizes: fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 2, maxLength: 5 }),
    sideBySide: fc.boolean(),
    interval: fc.constantFrom('20m', '30m', '1h'),
    adaptive: fc.option(
      fc.record({ min: fc.constantFrom('1s', '5m'), max: fc.constant('2h'), after: fc.constantFrom(1, 2) }),
    ),
  })
  .map(({ risk, sizes, sideBySide, interval, adaptive }) => {
    const growing = [1, 1, ...sizes].sort();
    const waves = growing.map((size, i) => ({
      [`a.${i + 1}`]: size,
      ...(sideBySide && i > 0 ? { [`b.${i}`]: size } : {}),
    }));
    const spec = { risk, validate: [ORDERS], interval: { default: interval, ...(adaptive ? { adaptive } : {}) } };
    return { waves, interval, spec };
  });

/** What does not end a release, and might shorten it. */
const NAMES = [
  'advance',
  'wait',
  'go on well',
  'pause',
  'resume',
  'repeat',
  'change an interval',
  'set the calendar',
  'restart the executor',
] as const;
const numbers = fc.nat({ max: 1_000 });
const histories = fc.array(fc.tuple(fc.constantFrom(...NAMES), numbers, numbers), { maxLength: 120, size: 'max' });

/** `npm run long -- runs` tries many more. */
const RUNS = Number(process.env.RELEASE_RUNS ?? 150);

describe('INT-2, INT-3 and INT-4 in a release that runs', () => {
  it('hold whatever pauses, changes of intervals, crashes and set calendars there were', () => {
    let completed = 0;
    fc.assert(
      fc.property(sketches, histories, (sketch, history) => {
        const { plan } = planned(sketch);
        expect(plan.approval?.because).toEqual([]);
        const units = plan.batches.flatMap((batch) => batch.units);
        const world = new World(sketch, new Map(units.map(({ id }) => [id, OLD])));
        // The world's witness has a stopwatch, and objects to whatever comes too soon.
        for (const [name, pick, how] of history) DEEDS[name][1](world, pick, how);
        goOnWell(world);
        expect(fold(world.log)).toEqual(world.state);
        if (world.state.status === 'completed') completed += 1;
      }),
      { numRuns: RUNS },
    );
    expect(completed).toBeGreaterThan(0.9 * RUNS);
  });
});
