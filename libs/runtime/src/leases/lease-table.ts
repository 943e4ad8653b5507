import { z } from 'zod';

/** One process that shares in the work of a role. */
const Member = z.object({
  /** The process as whoever runs it calls it. A new process of the same name takes the place of the old one. */
  name: z.string().min(1).max(200),
  /** Grows with each turn, and never comes twice: a member whose beat stands still is dead. */
  beat: z.int().min(0),
  partitions: z.array(z.int().min(0)).max(4_096),
});

/**
 * Who has which partitions of a role's work, by member. There is one table for each role, and it only ever changes as a
 * whole and from the version that was read: taking from a member that has moved in the meantime fails.
 */
export const LeaseTable = z.object({ members: z.record(z.string(), Member) });
export type LeaseTable = z.infer<typeof LeaseTable>;

export const EMPTY_TABLE: LeaseTable = { members: {} };

/** A member's beat as another one saw it for the first time, by the clock of the one who saw it. */
export interface Sighting {
  readonly beat: number;
  readonly at: number;
}
export type Sightings = ReadonlyMap<string, Sighting>;

/** What a member knows at its turn. */
export interface Turn {
  /** This member's id, new with each process. */
  readonly me: string;
  readonly name: string;
  /** How many turns this member has tried before, also such as came to nothing. */
  readonly beat: number;
  /** How many partitions the role's work is divided into. */
  readonly partitions: number;
  /** Milliseconds, by any clock that only grows. */
  readonly now: number;
  /** Milliseconds after which a member that has not moved is dead. */
  readonly ttl: number;
  readonly sightings: Sightings;
  /** Partitions that this member has stopped working on, to be taken by others. */
  readonly vacated: ReadonlySet<number>;
}

/** What has been seen of all members, now that the table was read again. */
export function sight(table: LeaseTable, sightings: Sightings, now: number): Map<string, Sighting> {
  const seen = new Map<string, Sighting>();
  for (const [id, { beat }] of Object.entries(table.members)) {
    const before = sightings.get(id);
    seen.set(id, before?.beat === beat ? before : { beat, at: now });
  }
  return seen;
}

/**
 * The table after a member's turn: the dead are struck off, what was vacated is free, and of what is free the member
 * takes as much as makes up its share. It never takes from a member that may be alive: who has more than its share
 * gives it up by itself, see {@link surplus}.
 */
export function takeTurn(table: LeaseTable, turn: Turn): LeaseTable {
  const { me, name, partitions, vacated } = turn;
  const others = Object.entries(table.members).filter(([id, member]) => id !== me && !isDead(id, member, turn));
  const taken = new Set(others.flatMap(([, member]) => member.partitions));
  const mine = table.members[me];
  const kept = (mine?.partitions ?? []).filter(
    (partition) => partition < partitions && !vacated.has(partition) && !taken.has(partition),
  );
  const share = shareOf(partitions, others.length + 1);
  for (let partition = 0; partition < partitions && kept.length < share; partition += 1) {
    // What it has just vacated is for the others.
    if (!taken.has(partition) && !kept.includes(partition) && !vacated.has(partition)) kept.push(partition);
  }
  const member = { name, beat: turn.beat, partitions: kept.sort((a, b) => a - b) };
  return { members: { ...Object.fromEntries(others), [me]: member } };
}

/** Partitions that a member has beyond its share: it stops working on them, and then vacates them. */
export function surplus(table: LeaseTable, me: string, partitions: number): number[] {
  const share = shareOf(partitions, Object.keys(table.members).length);
  return (table.members[me]?.partitions ?? []).slice(share);
}

/** The table without a member that leaves. */
export function withoutMember(table: LeaseTable, me: string): LeaseTable {
  const { [me]: _, ...members } = table.members;
  return { members };
}

/** Whether a newer process goes by the name of a member that was struck off: it would have struck off an older one. */
export function isReplaced(table: LeaseTable, me: string, name: string): boolean {
  return !(me in table.members) && Object.values(table.members).some((member) => member.name === name);
}

function isDead(id: string, { name, beat }: LeaseTable['members'][string], turn: Turn): boolean {
  if (name === turn.name) return true;
  const seen = turn.sightings.get(id);
  return seen !== undefined && seen.beat === beat && turn.now - seen.at >= turn.ttl;
}

/** The most that one of so many members has when all have as equal a share as can be. */
function shareOf(partitions: number, members: number): number {
  return Math.ceil(partitions / Math.max(1, members));
}
