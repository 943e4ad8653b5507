import {
  type Conflict,
  type Contender,
  conflictOf,
  contenderOf,
  isStarted,
  lateComerTaken,
  type Rival,
  type Sharing,
  sharedUnit,
  takenBy,
  type Units,
} from '#domain';
import type { ReleaseBook } from './release-book.js';
import type { ReleaseFile } from './release-file.js';

/**
 * What the live releases of a book take away from one another. That two plans share a unit is found out once: plans do
 * not change, and the largest have 100,000 units.
 */
export class Contention {
  private readonly found = new WeakMap<Units, WeakMap<Units, string | null>>();

  constructor(private readonly book: ReleaseBook) {}

  /** What is in the way of a release that was started and has not begun, or is to be started. Null when nothing is. */
  inTheWay(file: ReleaseFile, admitted: (release: string) => boolean = () => false): Conflict | null {
    const wanting = contenderOf(file.state, file.startedAt);
    return wanting && conflictOf(wanting, this.others(file.release, admitted), this.sharing);
  }

  /** What others have that one needs which is only submitted. A budget may have room again by the time it is started. */
  takenBefore(newcomer: Contender): Conflict | null {
    return takenBy(newcomer, this.others(newcomer.release), this.sharing);
  }

  /** What others have of what a release needs that is to go back after its end. No budget keeps it from that. */
  takenFrom(file: ReleaseFile): Conflict | null {
    const wanting = contenderOf(file.state, file.startedAt);
    return wanting && takenBy(wanting, this.others(file.release), this.sharing);
  }

  /**
   * Asks again with what the log has now of those that are in the way: one of them may have ended, and its end may not
   * have come here yet.
   */
  async confirmed(find: () => Conflict | null): Promise<Conflict | null> {
    for (;;) {
      const conflict = find();
      if (!conflict) return null;
      const before = conflict.by.map((release) => this.book.known(release)?.revision);
      const files = await Promise.all(conflict.by.map((release) => this.book.fresh(release)));
      if (files.every(({ revision }, i) => revision === before[i])) return conflict;
    }
  }

  /** A unit that came while the release runs, is next, and belongs to another one. */
  lateComerTaken(file: ReleaseFile): Conflict | null {
    const [own] = rival(file);
    return own ? lateComerTaken(own, this.started(file.release).flatMap(rival)) : null;
  }

  /** Those of some units that another release has which was started and has not ended. */
  unitsOfOthers(release: string, units: readonly string[]): string[] {
    const others = this.others(release);
    return units.filter((unit) => others.some((other) => other.units.has(unit)));
  }

  private others(release: string, admitted: (release: string) => boolean = () => false): Contender[] {
    return this.started(release).flatMap(({ release: id, state, startedAt }) => {
      const contender = contenderOf(state, startedAt);
      return contender ? [admitted(id) ? { ...contender, begun: true } : contender] : [];
    });
  }

  private started(except: string): ReleaseFile[] {
    return this.book.live().filter((file) => file.startedAt !== null && file.release !== except);
  }

  private readonly sharing: Sharing = (one, other) => {
    const known = this.found.get(one) ?? new WeakMap<Units, string | null>();
    this.found.set(one, known);
    const before = known.get(other);
    if (before !== undefined) return before;
    const unit = sharedUnit(one, other);
    known.set(other, unit);
    return unit;
  };
}

function rival({ state, startedAt }: ReleaseFile): Rival[] {
  return isStarted(state) && startedAt !== null ? [{ state, startedAt }] : [];
}
