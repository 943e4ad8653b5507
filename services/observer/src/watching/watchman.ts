import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { isStaging, isStarted, plannedBatch } from '#domain';
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
  readOn,
  TENURE,
  type Tenure,
  type Which,
} from '#runtime';
import type { ObserverConfig } from '../config.js';
import { OtlpInbox } from '../staging/otlp-inbox.js';
import { Prober } from '../staging/prober.js';
import { BatchWatch } from './batch-watch.js';
import { WatchMetrics } from './watch-metrics.js';

interface Watching {
  readonly watch: BatchWatch;
  readonly ended: Promise<void>;
}

/** Sees to it that each batch of this observer's releases that is to be observed is watched, and no other. */
@Injectable()
export class Watchman implements OnApplicationBootstrap, OnApplicationShutdown {
  /** By release, then by batch and deployment. */
  private readonly watches = new Map<string, Map<string, Watching>>();
  private readonly follower: ReleaseFollower;
  private readonly prober: Prober;
  private readonly stopping = new AbortController();

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ObserverConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(TENURE) private readonly tenure: Tenure,
    private readonly book: ReleaseBook,
    private readonly inbox: OtlpInbox,
    private readonly metrics: WatchMetrics,
  ) {
    this.prober = new Prober({ book, clock, logger, inbox, holds: (release) => tenure.holds(release) });
    this.follower = new ReleaseFollower(store, book, 'observer-releases', (file) => this.look(file), logger);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following releases'));
    await this.tenure.begin({ taken: (which) => this.takeOver(which), vacate: (which) => this.vacate(which) });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await Promise.all([...this.watches.keys()].map((release) => this.leave(release)));
    await this.prober.stop();
    await this.follower.stop();
    await this.tenure.end();
  }

  private look(file: ReleaseFile): void {
    if (this.stopping.signal.aborted) return;
    this.prober.look(file);
    const { release } = file;
    const wanted = this.tenure.holds(release) ? toBeWatched(file) : new Map<string, Deployment>();
    const running = this.watches.get(release) ?? new Map<string, Watching>();
    for (const [key, { watch }] of running) {
      if (wanted.has(key)) continue;
      watch.stop();
      running.delete(key);
    }
    for (const [key, { batch, deployedAt }] of wanted) {
      if (!running.has(key)) running.set(key, this.begin(file, batch, deployedAt));
    }
    if (running.size === 0) this.watches.delete(release);
    else this.watches.set(release, running);
  }

  private takeOver(which: Which): void {
    const look = (file: ReleaseFile) => this.look(file);
    readOn(this.book, which, this.stopping.signal, look).catch(dieWith(this.logger, 'taking over releases'));
  }

  private async vacate(which: Which): Promise<void> {
    const left = this.book.live().filter(({ release }) => which(release));
    await Promise.all(
      left.map(async (file) => {
        this.prober.look(file);
        await Promise.all([this.leave(file.release), this.prober.ended(file.release)]);
      }),
    );
  }

  private async leave(release: string): Promise<void> {
    const running = [...(this.watches.get(release)?.values() ?? [])];
    this.watches.delete(release);
    for (const { watch } of running) watch.stop();
    await Promise.all(running.map(({ ended }) => ended));
  }

  private begin(file: ReleaseFile, batch: string, deployedAt: string): Watching {
    const { book, clock, logger, inbox, metrics } = this;
    const watch = new BatchWatch(file, batch, deployedAt, {
      book,
      clock,
      logger,
      inbox,
      metrics,
      timeoutMs: this.config.OBSERVER_TIMEOUT_MS,
    });
    const ended = metrics
      .whileWatched(() => watch.run())
      .catch(dieWith(logger, `watching ${batch} of ${file.release}`));
    return { watch, ended };
  }
}

interface Deployment {
  readonly batch: string;
  readonly deployedAt: string;
}

/** The batches that wait for verdicts, each with the deployment that is in question. */
function toBeWatched({ state }: ReleaseFile): Map<string, Deployment> {
  const wanted = new Map<string, Deployment>();
  if (!isStarted(state) || (state.status !== 'running' && state.status !== 'held')) return wanted;
  for (const number of state.active) {
    const { status, deployedAt } = state.batches.at(number);
    if ((status !== 'observing' && status !== 'held') || deployedAt === null) continue;
    // Staging is watched from the first traffic on: that is when a call could leave it.
    if (isStaging(state, number) && state.traffic?.probe?.verdict !== 'passed') continue;
    const batch = plannedBatch(state.plan, number).id;
    wanted.set(`${batch} ${deployedAt}`, { batch, deployedAt });
  }
  return wanted;
}
