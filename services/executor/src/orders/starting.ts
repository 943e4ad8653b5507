import { Injectable } from '@nestjs/common';
import { type Conflict, isPlanned, type ReleaseOrder } from '#domain';
import { Contention, KeyedQueue, type Orderer, type Outcome, ReleaseBook, type ReleaseFile } from '#runtime';

type RollBack = Extract<ReleaseOrder, { type: 'roll-back' }>;

/**
 * Starts releases, and has those go back that were completed, one at a time, so that two that need the same never both see it free. Two executors may start two at
 * the same time all the same: then the one that the log has second is held before it does anything. So is one that
 * asks to be queued.
 */
@Injectable()
export class Starting {
  private readonly queue = new KeyedQueue();
  private readonly contention: Contention;

  constructor(private readonly book: ReleaseBook) {
    this.contention = new Contention(book);
  }

  start(release: string, by: Orderer): Promise<Outcome> {
    return this.queue.run('start', async () => {
      const file = await this.book.fresh(release);
      const { state } = file;
      const isRefused = isPlanned(state) && state.status === 'ready' && state.spec.conflict !== 'queue';
      const conflict = isRefused ? await this.contention.confirmed(() => this.contention.inTheWay(file)) : null;
      return this.unless(conflict, file, { type: 'start' }, by);
    });
  }

  /** One that has ended has no units any more: it cannot go back where another one has them by now. */
  rollBack(release: string, order: RollBack, by: Orderer): Promise<Outcome> {
    return this.queue.run('start', async () => {
      const file = await this.book.fresh(release);
      const isOver = file.state.status === 'completed';
      const conflict = isOver ? await this.contention.confirmed(() => this.contention.takenFrom(file)) : null;
      return this.unless(conflict, file, order, by);
    });
  }

  private unless(
    conflict: Conflict | null,
    { release, state }: ReleaseFile,
    order: ReleaseOrder,
    by: Orderer,
  ): Promise<Outcome> {
    if (!conflict) return this.book.order(release, order, by);
    const { code, what, until } = conflict;
    return this.book.refuse(release, order.type, { code, message: `${what}; ${until}`, status: state.status }, by);
  }
}
