import { describe, expect, it } from '@jest/globals';
import { begun, contender, waiting } from './contenders.spec-support.js';
import { conflictOf, sharedUnit } from './in-the-way.js';

const budgets = (topology?: number, cluster?: number) => ({
  policy: { name: 'careful', budgets: { topology, cluster } },
});

describe('CFL-1: two releases that share a unit', () => {
  it('are in conflict, and the unit and the release that has it are named', () => {
    const other = begun('r1', ['a1', 'a2'], 1);
    expect(conflictOf(contender('r2', ['b1', 'a2']), [other])).toEqual({
      code: 'UNITS_TAKEN',
      by: ['r1'],
      what: 'unit a2 belongs to release r1, which has not ended yet',
      until: 'wait for its end',
    });
    expect(conflictOf(contender('r2', ['b1', 'b2']), [other])).toBeNull();
  });

  it('are served in the order in which they were started, whether the first has begun or waits itself', () => {
    const first = waiting('r1', ['a1'], 1);
    const second = waiting('r2', ['a1'], 2);
    expect(conflictOf(first, [second])).toBeNull();
    expect(conflictOf(second, [first])).toMatchObject({ code: 'UNITS_TAKEN' });
    expect(conflictOf(first, [{ ...second, waits: false, begun: true }])).toMatchObject({ code: 'UNITS_TAKEN' });
  });

  it('are none of a release with itself, and with one that nobody has started', () => {
    const one = waiting('r1', ['a1'], 1);
    expect(conflictOf(one, [one, contender('r2', ['a1'])])).toBeNull();
  });

  it('are found from the smaller side', () => {
    const looked: string[] = [];
    const large = { size: 100_000, has: (unit: string) => looked.push(unit) < 0, keys: () => [] };
    expect(sharedUnit(large, new Set(['a1', 'a2']))).toBeNull();
    expect(sharedUnit(new Set(['a1', 'a2']), large)).toBeNull();
    expect(looked).toEqual(['a1', 'a2', 'a1', 'a2']);
  });
});

describe('CFL-1: two releases that need the same environment', () => {
  it('are in conflict until the first has left it', () => {
    const wanting = contender('r2', ['b1'], { environment: 'shop' });
    const inside = begun('r1', ['a1'], 1, { environment: 'shop' });
    expect(conflictOf(wanting, [inside])).toMatchObject({ code: 'ENVIRONMENT_TAKEN', what: 'release r1 is in shop' });
    expect(conflictOf(wanting, [{ ...inside, environment: null }])).toBeNull();
  });
});

describe('CFL-1: a budget of the policy', () => {
  const one = begun('r1', ['a1'], 1);
  const two = begun('r2', ['b1'], 2);

  it('is spent when so many run over the topology, and they are named', () => {
    const wanting = contender('r3', ['c1'], budgets(2));
    expect(conflictOf(wanting, [one])).toBeNull();
    expect(conflictOf(wanting, [one, two])).toEqual({
      code: 'BUDGET_SPENT',
      by: ['r1', 'r2'],
      what: 'policy careful lets 2 releases run over topology production at a time, and there are r1, r2',
      until: 'wait for the end of one',
    });
    expect(conflictOf(wanting, [one, { ...two, topology: 'lab' }])).toBeNull();
  });

  it('is spent when so many run in one of its clusters', () => {
    expect(conflictOf(contender('r3', ['c1', 'b2'], budgets(undefined, 1)), [one, two])).toMatchObject({
      what: 'policy careful lets 1 release run in cluster b at a time, and there is r2',
    });
    expect(conflictOf(contender('r3', ['c1'], budgets(undefined, 1)), [one, two])).toBeNull();
  });

  it('is that of the release that wants to go: others may have another', () => {
    expect(conflictOf(contender('r3', ['c1']), [one, two])).toBeNull();
  });

  it('is not spent by one that waits for something else, nor by one that has ended', () => {
    const queued = waiting('r2', ['a1'], 2);
    expect(conflictOf(waiting('r3', ['c1'], 3, budgets(2)), [one, queued])).toBeNull();
    expect(conflictOf(contender('r3', ['c1'], budgets(1)), [{ ...one, ended: true }])).toBeNull();
  });

  it('keeps a place that has become free for the first that waits for it', () => {
    const first = waiting('r2', ['b1'], 2, budgets(1));
    const second = waiting('r3', ['c1'], 3, budgets(1));
    expect(conflictOf(second, [first])).toMatchObject({ code: 'BUDGET_SPENT', what: expect.stringContaining('r2') });
    expect(conflictOf(first, [second])).toBeNull();
  });
});
