import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Planned, ReleaseState, Submitted } from '#domain';
import type { EventStore } from '#event-store';
import {
  CLOCK,
  type Clock,
  dieWith,
  EVENT_STORE,
  LOGGER,
  type Logger,
  pause,
  ReleaseBook,
  ReleaseFollower,
} from '#runtime';
import { Submission } from './submission.js';

/** Whoever plans a release has written the plan after this time, or never will. */
const OVERDUE_MS = 30_000;
const SWEEP_MS = 10_000;

/**
 * Keeps the planner's releases up to date, and finishes the plans that were being written when a planner died: its own
 * when it starts again, those of others when they are overdue. That two do so at once does no harm: the plan is the same,
 * and each part of it is written once.
 */
@Injectable()
export class UnfinishedPlans implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly follower: ReleaseFollower;
  private readonly stopping = new AbortController();
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    private readonly book: ReleaseBook,
    private readonly submission: Submission,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.follower = new ReleaseFollower(store, book, 'planner-releases', () => undefined, logger);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following releases'));
    await this.sweep(0);
    this.sweeping = this.keepSweeping();
    this.sweeping.catch(dieWith(this.logger, 'looking for unfinished plans'));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.sweeping;
    await this.follower.stop();
  }

  private async keepSweeping(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await pause(SWEEP_MS, signal);
      if (!signal.aborted) await this.sweep(OVERDUE_MS);
    }
  }

  private async sweep(overdueMs: number): Promise<void> {
    const before = this.clock.now() - overdueMs;
    for (const { state } of this.book.live()) {
      if (isUnfinished(state) && Date.parse(state.submittedAt) <= before) await this.finish(state);
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
}

function isUnfinished(state: ReleaseState): state is Submitted | Planned {
  return state.status === 'submitted' || (state.status === 'planned' && !waitsForAPerson(state));
}

/** Planned, and rightly so: its risk alone asks for an approval. Otherwise the verdict on the plan is still to come. */
function waitsForAPerson({ plan }: Planned): boolean {
  return plan.header.approval !== null && plan.header.approval.because.length === 0;
}
