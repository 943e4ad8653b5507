import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { forgetRelease } from '#drivers';
import type { EventStore } from '#event-store';
import {
  CLOCK,
  type Clock,
  CONFIG,
  dieWith,
  EVENT_STORE,
  LOGGER,
  type Logger,
  ReleaseBook,
  type ReleaseFile,
  ReleaseFollower,
} from '#runtime';
import type { ExecutorConfig } from '../config.js';
import { ReleaseRun } from './release-run.js';
import { TrafficWork } from './traffic-work.js';
import { UnitWork } from './unit-work.js';

/** Carries out every live release: one run each, begun when the log shows the release, ended with it. */
@Injectable()
export class Conductor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runs = new Map<string, ReleaseRun>();
  private readonly follower: ReleaseFollower;
  private readonly stopping = new AbortController();

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ExecutorConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly book: ReleaseBook,
    private readonly work: UnitWork,
    private readonly traffic: TrafficWork,
  ) {
    this.follower = new ReleaseFollower(store, book, 'executor-releases', (file) => this.look(file.release));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following releases'));
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.follower.stop();
    await Promise.all([...this.runs.values()].map((run) => run.stop()));
  }

  /** Something may have become due. */
  look(release: string): void {
    if (this.stopping.signal.aborted) return;
    const file = this.book.known(release);
    if (!file) return;
    const run = this.runs.get(release);
    if (run) run.look();
    else if (file.isLive()) this.begin(file);
  }

  private begin(file: ReleaseFile): void {
    const { release } = file;
    const run = new ReleaseRun(file, this.book, this.clock, this.work, this.traffic, this.stopping.signal);
    this.runs.set(release, run);
    run.ended.then(() => this.end(release), dieWith(this.logger, `carrying out ${release}`));
    run.look();
  }

  private end(release: string): void {
    this.runs.delete(release);
    if (this.stopping.signal.aborted) return;
    const journal = join(this.config.SLUICE_DATA, 'executor', 'journal');
    forgetRelease({ journal }, release).catch((error: unknown) => {
      this.logger.warn({ release, err: error }, 'the journal of a finished release could not be removed');
    });
  }
}
