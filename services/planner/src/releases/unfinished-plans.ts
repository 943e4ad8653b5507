import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Planned, Submitted } from '#domain';
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
    for (const { state } of this.book.live()) {
      if (state.status === 'submitted' || (state.status === 'planned' && !waitsForAPerson(state)))
        await this.finish(state);
    }
  }

  /** One release that cannot be finished must not keep the planner from serving all the others. */
  private async finish(state: Submitted | Planned): Promise<void> {
    const { release } = state;
    this.logger.warn({ release }, 'finishing a plan whose recording was interrupted');
    try {
      await this.submission.finish(state);
    } catch (error) {
      this.logger.error({ release, err: error }, 'the plan could not be finished; the release stays as it is');
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.follower.stop();
  }
}

/** Planned, and rightly so: its risk alone asks for an approval. Otherwise the verdict on the plan is still to come. */
function waitsForAPerson({ plan }: Planned): boolean {
  return plan.header.approval !== null && plan.header.approval.because.length === 0;
}
