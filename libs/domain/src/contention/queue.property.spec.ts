import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contender } from './contender.js';
import { contender } from './contenders.spec-support.js';
import { conflictOf, sharedUnit } from './in-the-way.js';

const units = fc.uniqueArray(fc.constantFrom('a1', 'a2', 'a3', 'b1', 'b2', 'c1', 'c2', 'd1'), {
  minLength: 1,
  maxLength: 4,
});
const wanted = fc.record({
  units,
  environment: fc.constantFrom(null, null, 'shop', 'desk'),
  topology: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  cluster: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
});
type Wanted = typeof wanted extends fc.Arbitrary<infer T> ? T : never;

/** Releases that all ask to be queued. Each look at the gate and each end comes in an order that the numbers choose. */
class Floor {
  readonly all: Contender[] = [];
  readonly began: string[] = [];

  start({ units: needed, environment, topology, cluster }: Wanted): void {
    const policy = { name: 'default', budgets: { topology, cluster } };
    const startedAt = this.all.length;
    this.all.push(contender(`r${startedAt}`, needed, { environment, policy, startedAt, waits: true }));
  }

  get live(): Contender[] {
    return this.all.filter(({ ended }) => !ended);
  }

  get running(): Contender[] {
    return this.live.filter(({ begun }) => begun);
  }

  look(pick: number): boolean {
    const waiting = this.live.filter(({ waits }) => waits);
    const one = waiting[pick % Math.max(1, waiting.length)];
    if (!one || conflictOf(one, this.live) !== null) return false;
    this.change({ ...one, waits: false, begun: true });
    this.began.push(one.release);
    this.check();
    return true;
  }

  /** Comes to its end, is aborted, or is withdrawn from the queue before it has begun. */
  end(pick: number): void {
    const one = this.live[pick % Math.max(1, this.live.length)];
    if (one) this.change({ ...one, waits: false, ended: true });
  }

  /** Every release looks once, and whatever runs comes to its end, until nothing is left. */
  runDry(): void {
    while (this.live.length > 0) {
      const before = this.live.length;
      for (let pick = 0; pick < this.all.length; pick += 1) this.look(pick);
      const [running] = this.running;
      if (running) this.change({ ...running, ended: true });
      if (this.live.length === before) throw new Error(`${this.live.map(({ release }) => release)} wait for ever`);
    }
  }

  private change(one: Contender): void {
    this.all[this.all.findIndex(({ release }) => release === one.release)] = one;
  }

  private check(): void {
    const { running } = this;
    for (const [i, one] of running.entries()) {
      for (const other of running.slice(i + 1)) {
        if (sharedUnit(one.units, other.units)) throw new Error(`${one.release} and ${other.release} share a unit`);
        if (one.environment !== null && one.environment === other.environment)
          throw new Error(`${one.release} and ${other.release} are both in ${one.environment}`);
      }
    }
    const newest = running.find(({ release }) => release === this.began.at(-1));
    const { topology, cluster } = newest?.policy.budgets ?? {};
    if (running.length > (topology ?? Number.POSITIVE_INFINITY)) throw new Error(`${running.length} run at a time`);
    for (const name of newest?.clusters ?? []) {
      const there = running.filter(({ clusters }) => clusters.has(name)).length;
      if (there > (cluster ?? Number.POSITIVE_INFINITY)) throw new Error(`${there} run in ${name} at a time`);
    }
  }
}

const step = fc.oneof(
  fc.record({ start: wanted }),
  fc.record({ look: fc.nat(20) }),
  fc.record({ look: fc.nat(20) }),
  fc.record({ end: fc.nat(20) }),
);

function play(steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[]): Floor {
  const floor = new Floor();
  for (const one of steps) {
    if ('start' in one) floor.start(one.start);
    else if ('look' in one) floor.look(one.look);
    else floor.end(one.end);
  }
  return floor;
}

describe('releases that queue', () => {
  it('never have the same unit, environment or place at a time, and all of them run in the end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const floor = play(steps);
        const waited = floor.live.filter(({ begun }) => !begun).map(({ release }) => release);
        floor.runDry();
        expect(floor.began).toEqual(expect.arrayContaining(waited));
      }),
      { numRuns: 500 },
    );
  });

  it('begin in the order in which they were started, those that need the same', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const floor = play(steps);
        floor.runDry();
        const numbers = floor.began.map((release) => Number(release.slice(1)));
        for (const [i, late] of numbers.entries()) {
          for (const early of numbers.slice(i + 1)) {
            if (early > late) continue;
            const [one, other] = [floor.all[early], floor.all[late]];
            expect(one && other && sharedUnit(one.units, other.units)).toBeNull();
          }
        }
      }),
      { numRuns: 500 },
    );
  });
});
