import { Injectable } from '@nestjs/common';
import { isPlanned } from '#domain';
import { Contention, KeyedQueue, type Orderer, type Outcome, ReleaseBook } from '#runtime';

/**
 * Starts releases, one at a time, so that two that need the same never both see it free. Two executors may start two at
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
      const conflict = isRefused ? this.contention.inTheWay(file) : null;
      if (!conflict) return this.book.order(release, { type: 'start' }, by);
      const { code, what, until } = conflict;
      return this.book.refuse(release, 'start', { code, message: `${what}; ${until}`, status: state.status }, by);
    });
  }
}
