import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { dieWith, LOGGER, type Logger, TENURE, type Tenure } from '#runtime';
import { Feed } from './feed/feed.js';
import { Projection } from './projection/projection.js';

/** One replica at a time writes the read models and publishes the feed; every one of them answers questions. */
@Injectable()
export class Leading implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly stopping = new AbortController();
  private watching: Promise<void> = Promise.resolve();
  /** What was asked for last comes last: taking the lead, or leaving it. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    @Inject(TENURE) private readonly tenure: Tenure,
    private readonly projection: Projection,
    private readonly feed: Feed,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.watching = this.projection.watch(this.stopping.signal);
    this.watching.catch(dieWith(this.logger, 'watching the read models'));
    await this.tenure.begin({ taken: () => this.lead(), vacate: () => this.follow() });
    await this.last;
    await this.projection.caughtUp();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.follow();
    await this.tenure.end();
    await this.watching;
  }

  private lead(): void {
    // A lease that comes back while this replica ends is about to be given back.
    if (this.stopping.signal.aborted) return;
    this.last = this.last.then(async () => {
      this.feed.begin();
      await this.projection.lead();
    });
    this.last.catch(dieWith(this.logger, 'the projection'));
  }

  private follow(): Promise<void> {
    this.last = this.last.then(async () => {
      await Promise.all([this.feed.end(), this.projection.follow()]);
    });
    this.last.catch(dieWith(this.logger, 'the projection'));
    return this.last;
  }
}
