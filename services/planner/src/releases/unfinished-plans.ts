import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore } from '#event-store';
import { dieWith, EVENT_STORE, LOGGER, type Logger, ReleaseBook, ReleaseFollower } from '#runtime';
import { Submission } from './submission.js';

/** Keeps the planner's releases up to date, and after a crash finishes the plans that were being written. */
@Injectable()
export class UnfinishedPlans implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly follower: ReleaseFollower;

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    private readonly book: ReleaseBook,
    private readonly submission: Submission,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.follower = new ReleaseFollower(store, book, 'planner-releases', () => undefined);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following releases'));
    for (const { release, state } of this.book.live()) {
      if (state.status !== 'submitted') continue;
      this.logger.warn({ release }, 'finishing a plan whose recording was interrupted');
      await this.submission.finish(state);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.follower.stop();
  }
}
