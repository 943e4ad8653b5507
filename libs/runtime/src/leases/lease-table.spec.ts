import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  EMPTY_TABLE,
  isReplaced,
  type LeaseTable,
  type Sightings,
  sight,
  surplus,
  takeTurn,
  withoutMember,
} from './lease-table.js';

const TTL = 10;
const PARTITIONS = 7;
let beats = 0;

function turn(table: LeaseTable, me: string, more: Partial<Parameters<typeof takeTurn>[1]> = {}): LeaseTable {
  const sightings: Sightings = new Map();
  beats += 1;
  const usual = {
    me,
    name: me,
    beat: beats,
    partitions: PARTITIONS,
    now: 0,
    ttl: TTL,
    sightings,
    vacated: new Set<number>(),
  };
  return takeTurn(table, { ...usual, ...more });
}

function held(table: LeaseTable, me: string): readonly number[] {
  return table.members[me]?.partitions ?? [];
}

describe('a turn', () => {
  it('gives all of the work to the only member', () => {
    expect(held(turn(EMPTY_TABLE, 'a'), 'a')).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('takes nothing from a member that may be alive, however little is left', () => {
    const both = turn(turn(EMPTY_TABLE, 'a'), 'b');
    expect(held(both, 'b')).toEqual([]);
    expect(surplus(both, 'a', PARTITIONS)).toEqual([4, 5, 6]);
  });

  it('frees what was vacated for the others, who take up to their share', () => {
    const joined = turn(turn(EMPTY_TABLE, 'a'), 'b');
    const given = turn(joined, 'a', { vacated: new Set([4, 5, 6]) });
    expect(held(given, 'a')).toEqual([0, 1, 2, 3]);
    expect(held(turn(given, 'b'), 'b')).toEqual([4, 5, 6]);
  });

  it('strikes off a member whose beat has stood still for the time to live, and not before', () => {
    const both = turn(turn(EMPTY_TABLE, 'a'), 'b');
    const sightings = sight(both, new Map(), 0);
    expect(held(turn(both, 'b', { sightings, now: TTL - 1 }), 'b')).toEqual([]);
    expect(turn(both, 'b', { beat: 7, sightings, now: TTL }).members).toEqual({
      b: { name: 'b', beat: 7, partitions: [0, 1, 2, 3, 4, 5, 6] },
    });
  });

  it('counts from when a beat was first seen', () => {
    const both = turn(turn(EMPTY_TABLE, 'a'), 'b');
    const early = sight(both, new Map(), 0);
    const moved = turn(both, 'a', { beat: 99 });
    const late = sight(moved, early, 8);
    expect(late.get('a')).toEqual({ beat: 99, at: 8 });
    expect(sight(moved, late, 9).get('a')).toEqual({ beat: 99, at: 8 });
    expect(held(turn(moved, 'b', { sightings: late, now: 12 }), 'a')).toHaveLength(PARTITIONS);
  });

  it('takes the place of a process of the same name at once', () => {
    const before = turn(EMPTY_TABLE, 'old', { name: 'executor-0' });
    const after = turn(before, 'new', { name: 'executor-0' });
    expect(Object.keys(after.members)).toEqual(['new']);
    expect(held(after, 'new')).toHaveLength(PARTITIONS);
    expect(isReplaced(after, 'old', 'executor-0')).toBe(true);
    expect(isReplaced(after, 'old', 'executor-1')).toBe(false);
  });

  it('leaves everything when a member leaves', () => {
    expect(withoutMember(turn(turn(EMPTY_TABLE, 'a'), 'b'), 'a').members).toHaveProperty('b');
    expect(held(turn(withoutMember(turn(EMPTY_TABLE, 'a'), 'a'), 'b'), 'b')).toHaveLength(PARTITIONS);
  });

  it('forgets partitions that there are not any more', () => {
    expect(held(turn(turn(EMPTY_TABLE, 'a'), 'a', { partitions: 2 }), 'a')).toEqual([0, 1]);
  });
});

/** A member as the shell runs it: what it believes to hold, and until when. */
class Player {
  private sightings: Sightings = new Map();
  private vacated = new Set<number>();
  private believes = new Set<number>();
  private until = 0;
  private beat = 0;

  constructor(readonly id: string) {}

  /** Partitions that it would act on now. */
  acting(now: number): Set<number> {
    return now < this.until ? this.believes : new Set();
  }

  /** @param took how long the turn took: it counts from its beginning */
  play(read: LeaseTable, now: number, took: number, write: (table: LeaseTable) => boolean): void {
    this.sightings = sight(read, this.sightings, now + took);
    const { sightings, vacated } = this;
    this.beat += 1;
    const settings = { me: this.id, name: this.id, beat: this.beat, partitions: PARTITIONS, ttl: TTL };
    const after = takeTurn(read, { ...settings, now: now + took, sightings, vacated });
    if (!write(after)) return;
    this.until = now + TTL * 0.75;
    const given = surplus(after, this.id, PARTITIONS);
    this.vacated = new Set(given);
    this.believes = new Set(held(after, this.id).filter((partition) => !given.includes(partition)));
  }
}

const Step = fc.record({
  player: fc.nat(3),
  elapsed: fc.nat(6),
  took: fc.nat(4),
  outcome: fc.constantFrom('written', 'written', 'written', 'lost', 'unknown'),
});

describe('members that take turns in any order, late, or with answers that get lost', () => {
  it('never act on the same partition at the same time', () => {
    fc.assert(
      fc.property(fc.array(Step, { maxLength: 120 }), (steps) => {
        const players = ['a', 'b', 'c', 'd'].map((id) => new Player(id));
        let table: LeaseTable = EMPTY_TABLE;
        let now = 0;
        for (const { player, elapsed, took, outcome } of steps) {
          now += elapsed;
          players[player]?.play(table, now, took, (after) => {
            if (outcome !== 'lost') table = after;
            return outcome === 'written';
          });
          now += took;
          const acting = players.flatMap((each) => [...each.acting(now)]);
          expect(acting).toHaveLength(new Set(acting).size);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('divide all of the work evenly once they take turns regularly', () => {
    fc.assert(
      fc.property(fc.array(Step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, alive) => {
        const players = ['a', 'b', 'c', 'd'].map((id) => new Player(id));
        let table: LeaseTable = EMPTY_TABLE;
        let now = 0;
        const play = (player: number, written: boolean) =>
          players[player]?.play(table, now, 0, (after) => {
            if (written) table = after;
            return written;
          });
        for (const { player, elapsed, outcome } of steps) {
          now += elapsed;
          play(player, outcome === 'written');
        }
        for (let round = 0; round < 20; round += 1) {
          for (let player = 0; player < alive; player += 1) play(player, true);
          now += 2;
        }
        const shares = players.slice(0, alive).map((player) => player.acting(now - 1).size);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBe(PARTITIONS);
        expect(Math.max(...shares)).toBeLessThanOrEqual(Math.ceil(PARTITIONS / alive));
      }),
      { numRuns: 300 },
    );
  });
});
