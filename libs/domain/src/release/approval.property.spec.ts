import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALLOWED, type CommandContext, type ReleaseOrder } from './commands.js';
import { decide } from './decide.js';
import type { RecordedReleaseEvent } from './events.js';
import { evolve } from './evolve.js';
import { ordersOf } from './orders.spec-support.js';
import { planned, type Sketch, submissionOf, TWO_WAVES } from './sketch.spec-support.js';
import { ABSENT, type ReleaseState } from './state.js';
import { RISKY } from './statuses.spec-support.js';
import { EXECUTOR, recordedAs } from './story.spec-support.js';

type Actor = CommandContext['actor'];

const LEVELS = ['peer', 'owner', 'director'];
const NAMES = ['ada', 'bea', 'cem', 'dan', 'eve', 'fay'];
const AUTHOR = 'ada';
const AT = '2026-01-05T08:00:00.000Z';

const people = fc.record({
  id: fc.constantFrom(...NAMES),
  level: fc.option(fc.constantFrom(...LEVELS, 'emperor'), { nil: undefined }),
});
const actors: fc.Arbitrary<Actor> = fc.oneof(
  { weight: 20, arbitrary: people.map((person) => ({ kind: 'person' as const, roles: ['approver'], ...person })) },
  { weight: 1, arbitrary: fc.constant(EXECUTOR) },
);

/** Orders of every type; those that are about the start come more often. */
function orders(sketch: Sketch): fc.Arbitrary<ReleaseOrder> {
  const all = ordersOf(sketch);
  const others = Object.values(all).filter(({ type }) => !['reject', 'withdraw'].includes(type));
  return fc.oneof(
    {
      weight: 60,
      arbitrary: fc.constantFrom<ReleaseOrder>(all.approve, { type: 'approve', digest: 'd0' }, all.approve),
    },
    { weight: 30, arbitrary: fc.constant(all.start) },
    { weight: 20, arbitrary: fc.constantFrom(...others) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.values(all)) },
  );
}

const holders = fc.option(
  fc.record(Object.fromEntries(LEVELS.map((level) => [level, fc.subarray(NAMES)])), { requiredKeys: [] }),
  { nil: undefined },
);
const sketches: fc.Arbitrary<Sketch> = fc
  .record({ most: fc.integer({ min: 1, max: 3 }), holders, plan: fc.constantFrom('breaks rules', 'asks for an owner') })
  .map(({ most, holders, plan }) => ({
    ...(plan === 'breaks rules' ? RISKY : { ...TWO_WAVES, interval: '40m', spec: { risk: 'core' } }),
    policy: { people: { exception: most, core: most }, ...(holders ? { holders } : {}) },
  }));

/** Who has approved so far, by the orders that were carried out and what the policy says, and by nothing that the core keeps. */
class Witness {
  private readonly approved = new Set<string>();
  starts = 0;

  constructor(private readonly sketch: Sketch) {}

  see(order: ReleaseOrder, actor: Actor, log: readonly RecordedReleaseEvent[]): void {
    const { holders, people } = planned(this.sketch).policy;
    const needed = this.sketch.interval === '40m' ? ['owner', 'director'] : ['director'];
    const has = needed.some((level) => (holders ? holders[level]?.includes(actor.id) : actor.level === level));
    if (order.type === 'approve' && order.digest !== 'd0' && has) this.approved.add(actor.id);
    if (!log.some(({ type }) => type === 'ReleaseStarted.v1')) return;
    this.starts += 1;
    const most = people?.exception ?? 1;
    expect(this.approved.size).toBeGreaterThanOrEqual(most);
    expect([...this.approved]).not.toContain(AUTHOR);
    if (most > 1) expect([...this.approved]).not.toContain(actor.id);
  }
}

it('BAT-4: whatever is ordered by whomever, nothing starts without the people whose approval it needs', () => {
  let starts = 0;
  const lives = sketches.chain((sketch) =>
    fc.tuple(fc.constant(sketch), fc.array(fc.tuple(orders(sketch), actors), { maxLength: 60, size: 'max' })),
  );
  fc.assert(
    fc.property(lives, ([sketch, life]) => {
      const witness = new Witness(sketch);
      const author: Actor = { kind: 'person', id: AUTHOR, level: 'director' };
      const first = [submissionOf(planned(sketch)), author] as const;
      let state: ReleaseState = ABSENT;
      let revision = 0;
      for (const [order, actor] of [first, ...life]) {
        const command = { ...order, commandId: `c${revision}`, at: AT, actor, reason: 'r' };
        const decision = decide(command, state);
        const events = decision.ok ? decision.events : [];
        const log = events.map((event, i) => recordedAs(event, AT, revision + i, command));
        if (decision.ok) witness.see(order, actor, log);
        state = log.reduce(evolve, state);
        revision += log.length;
      }
      starts += witness.starts;
    }),
    { numRuns: 400 },
  );
  // It says something only if many of them did start.
  expect(starts).toBeGreaterThan(40);
});

it('every command is tried', () => {
  const types = new Set(fc.sample(orders(RISKY), { numRuns: 5_000, seed: 1 }).map(({ type }) => type));
  expect([...types].sort()).toEqual(Object.keys(ALLOWED).sort());
});
