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
} from '#runtime';
import type { ObserverConfig } from '../config.js';
import { OtlpInbox } from '../staging/otlp-inbox.js';
import { Prober } from '../staging/prober.js';
import { BatchWatch } from './batch-watch.js';
import { WatchMetrics } from './watch-metrics.js';

/** Sees to it that each batch that is to be observed is watched, and no other. */
@Injectable()
export class Watchman implements OnApplicationBootstrap, OnApplicationShutdown {
  /** By release, then by batch and deployment. */
  private readonly watches = new Map<string, Map<string, BatchWatch>>();
  private readonly follower: ReleaseFollower;
  private readonly prober: Prober;

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: ObserverConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly book: ReleaseBook,
    private readonly inbox: OtlpInbox,
    private readonly metrics: WatchMetrics,
  ) {
    this.prober = new Prober({ book, clock, logger, inbox });
    this.follower = new ReleaseFollower(store, book, 'observer-releases', (file) => this.look(file));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following releases'));
  }

  async onApplicationShutdown(): Promise<void> {
    for (const watches of this.watches.values()) for (const watch of watches.values()) watch.stop();
    await this.prober.stop();
    await this.follower.stop();
  }

  private look(file: ReleaseFile): void {
    this.prober.look(file);
    const wanted = toBeWatched(file);
    const running = this.watches.get(file.release) ?? new Map<string, BatchWatch>();
    for (const [key, watch] of running) {
      if (wanted.has(key)) continue;
      watch.stop();
      running.delete(key);
    }
    for (const [key, { batch, deployedAt }] of wanted) {
      if (!running.has(key)) running.set(key, this.begin(file, batch, deployedAt));
    }
    if (running.size === 0) this.watches.delete(file.release);
    else this.watches.set(file.release, running);
  }

  private begin(file: ReleaseFile, batch: string, deployedAt: string): BatchWatch {
    const { book, clock, logger, inbox, metrics } = this;
    const watch = new BatchWatch(file, batch, deployedAt, {
      book,
      clock,
      logger,
      inbox,
      metrics,
      timeoutMs: this.config.OBSERVER_TIMEOUT_MS,
    });
    metrics.whileWatched(() => watch.run()).catch(dieWith(logger, `watching ${batch} of ${file.release}`));
    return watch;
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
