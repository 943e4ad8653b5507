import { describe, expect, it, jest } from '@jest/globals';
import { ClosedLoop } from './closed-loop.js';
import { judgeClosedLoop } from './judge-closed-loop.js';
import { SimulatedCalls } from './spec/simulated-calls.js';
import { Dice, SimulatedStack, seeded } from './spec/simulated-stack.js';
import { addTallies, type CallTally, NO_CALLS } from './tally.js';

const STACKS = 40;
const PER_INTERVAL = 1_000;
/** In all; a million by "Long runs" in CONTRIBUTING.md. */
const CALLS = Number(process.env.TRAFFIC_SIMULATED_CALLS ?? 200_000);
const CALLS_PER_STACK = Math.ceil(CALLS / STACKS / PER_INTERVAL) * PER_INTERVAL;
const SEED = 20_260_301;

// Hundreds of thousands of anything take their time on a busy machine.
jest.setTimeout(30_000 + CALLS / 10);

/** What a stack's calls come to, by how they were made. */
interface Expected {
  readonly kinds: Record<string, number>;
  readonly edges: Map<string, number>;
  /** Calls whose judgement is not what they were made to be. */
  readonly wrong: string[];
}

/** Makes calls, judges them, and keeps what they should come to; an interval ends after each thousand. */
function simulate(stack: SimulatedStack, dice: Dice, leakShare: number): { tally: CallTally; expected: Expected } {
  const loop = new ClosedLoop(stack.spec());
  const calls = new SimulatedCalls(stack, dice);
  const expected: Expected = { kinds: {}, edges: new Map(), wrong: [] };
  let tally = NO_CALLS;
  for (let i = 0; i < CALLS_PER_STACK; i += 1) {
    const { call, kind, edge } = dice.roll() < leakShare ? calls.leak() : calls.sound();
    expected.kinds[kind] = (expected.kinds[kind] ?? 0) + 1;
    if (edge !== null) expected.edges.set(edge, (expected.edges.get(edge) ?? 0) + 1);
    const judged = loop.add(call);
    if (judged.kind !== kind) expected.wrong.push(`${judged.kind} instead of ${kind}: ${JSON.stringify(call)}`);
    if ((i + 1) % PER_INTERVAL === 0) tally = addTallies(tally, loop.take());
  }
  return { tally, expected };
}

function check(stack: SimulatedStack, { tally, expected }: ReturnType<typeof simulate>): void {
  const { inside = 0, outside = 0, unanswered = 0, left = 0, untagged = 0 } = expected.kinds;
  expect(expected.wrong.slice(0, 3)).toEqual([]);
  expect(tally).toMatchObject({ records: CALLS_PER_STACK, inside, unanswered, leaks: left + untagged, untagged });
  expect(tally.calls).toBe(CALLS_PER_STACK - outside);
  expect(new Map(Object.entries(tally.edges))).toEqual(expected.edges);
  const context = { minimumCalls: 1000, unreadable: [] };
  const { verdict } = judgeClosedLoop([tally], { ...stack.spec(), calls: [{ otlp: true }] }, context);
  expect(verdict).toBe(left + untagged > 0 ? 'failed' : 'passed');
}

describe(`simulated calls, ${STACKS * CALLS_PER_STACK} of them`, () => {
  it('of sound stacks of any shape have no leak, and every injected leak is found and none invented', () => {
    const dice = new Dice(seeded(SEED));
    let leaks = 0;
    for (let i = 0; i < STACKS; i += 1) {
      const stack = new SimulatedStack(dice);
      const leakShare = [0, 0.0001, 0.01, 0.3][i % 4] ?? 0;
      const simulated = simulate(stack, dice, leakShare);
      check(stack, simulated);
      leaks += simulated.tally.leaks;
    }
    expect(leaks).toBeGreaterThan(0.05 * STACKS * CALLS_PER_STACK);
  });
});
