import { Injectable } from '@nestjs/common';
import { type Conflict, hasBegun, isStarted, type Obstacle } from '#domain';
import { Contention, ReleaseBook, type ReleaseFile } from '#runtime';
import type { ObstacleSource } from './surroundings.js';

/**
 * Units, environments and places in a budget that other releases have. Asked for before a release begins; then it has them,
 * but for units that came since.
 */
@Injectable()
export class TakenSource implements ObstacleSource {
  private readonly contention: Contention;
  /** Those that were told that nothing is in their way: they begin, although the log does not say so yet. */
  private readonly admitted = new Set<string>();

  constructor(private readonly book: ReleaseBook) {
    this.contention = new Contention(book);
  }

  async obstacles(file: ReleaseFile): Promise<readonly Obstacle[]> {
    const { release, state } = file;
    this.admitted.delete(release);
    if (!isStarted(state)) return [];
    if (hasBegun(state)) return queued(this.contention.lateComerTaken(file));
    const conflict = this.contention.inTheWay(file, (other) => this.isAboutToBegin(other));
    if (conflict === null) {
      this.admitted.add(release);
      return [];
    }
    const { what, until } = conflict;
    if (state.spec.conflict === 'queue') return queued(conflict);
    return [{ cause: 'paused', sentence: `${what}; ${until}, then resume this one` }];
  }

  private isAboutToBegin(release: string): boolean {
    if (!this.admitted.has(release)) return false;
    const state = this.book.known(release)?.state;
    const isAbout = state?.status === 'running' && !hasBegun(state);
    if (!isAbout) this.admitted.delete(release);
    return isAbout;
  }
}

function queued(conflict: Conflict | null): Obstacle[] {
  return conflict ? [{ cause: 'queued', sentence: `it waits its turn: ${conflict.what}` }] : [];
}
