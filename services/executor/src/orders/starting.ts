import { Injectable } from '@nestjs/common';
import { KeyedQueue, type Orderer, type Outcome, ReleaseBook } from '#runtime';
import { whatIsTaken } from './taken.js';

/**
 * Starts releases, one at a time, so that two that share a unit or an environment never both see it free. Two executors
 * may start two at the same time all the same: then the one that the log has second is paused before it does anything.
 */
@Injectable()
export class Starting {
  private readonly queue = new KeyedQueue();

  constructor(private readonly book: ReleaseBook) {}

  start(release: string, by: Orderer): Promise<Outcome> {
    return this.queue.run('start', async () => {
      const file = await this.book.fresh(release);
      const { state } = file;
      const obstacle = state.status === 'ready' ? whatIsTaken(file, this.book.live()) : null;
      if (!obstacle) return this.book.order(release, { type: 'start' }, by);
      return this.book.refuse(release, 'start', { ...obstacle, status: state.status }, by);
    });
  }
}
