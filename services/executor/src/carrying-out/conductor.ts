import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { contenderOf, isForAnObstacle, isStarted } from '#domain';
import { forgetOthers, forgetRelease } from '#drivers';
import type { EventStore } from '#event-store';
import {
  CLOCK,
  CONFIG,
  dieWith,
  EVENT_STORE,
  LOGGER,
  type Logger,
  ReleaseBook,
  type ReleaseFile,
  ReleaseFollower,
  readOn,
  type SteadyClock,
  TENURE,
  type Tenure,
  untilStored,
  type Which,
} from '#runtime';
import type { ExecutorConfig } from '../config.js';
import { DriftWatch } from '../drift/drift-watch.js';
import { type ObstacleSource, Surroundings } from '../surroundings/surroundings.js';
import { ReleaseRun } from './release-run.js';
import { TrafficWork } from './traffic-work.js';
import { UnitWork } from './unit-work.js';

/** Nothing that was touched since is removed at a start. */
const LONG_AGO_MS = 24 * 3_600_000;
/** Work that has begun may go on for so long when others are to take it over, or the process is to end. */
const DRAIN_MS = 5_000;

/** In so many words what of it others may wait for: its units, its environment, its place in a budget. */
function standingOf({ state, startedAt }: ReleaseFile): string {
  const contender = contenderOf(state, startedAt);
  return contender ? `${contender.environment} ${contender.begun} ${contender.waits} ${contender.ended}` : '';
}

/** Carries out the live releases that are this executor's: one run each, begun when the log shows it, ended with it. */
@Injectable()
export class Conductor implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly runs = new Map<string, ReleaseRun>();
  private readonly follower: ReleaseFollower;
  private readonly stopping = new AbortController();
  private readonly journal: string;
  private readonly around: ObstacleSource;
  /** What each live release has that others may wait for. */
  private readonly standings = new Map<string, string>();

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(CLOCK) private readonly clock: SteadyClock,
    @Inject(CONFIG) config: ExecutorConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(TENURE) private readonly tenure: Tenure,
    private readonly book: ReleaseBook,
    private readonly work: UnitWork,
    private readonly traffic: TrafficWork,
    surroundings: Surroundings,
    private readonly drift: DriftWatch,
  ) {
    this.around = {
      obstacles: async (file) => {
        // Another executor may have started one at the same time that needs the same. Now all that were first are known.
        await this.follower.reached(file.startedAt ?? -1);
        return surroundings.obstacles(file);
      },
    };
    this.journal = join(config.SLUICE_DATA, 'executor', 'journal');
    this.follower = new ReleaseFollower(store, book, 'executor-releases', (file) => this.look(file.release), logger);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.drift.start((topology) => this.lookAtThoseOver(topology));
    this.drift.closed.catch(dieWith(this.logger, 'following topologies'));
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following releases'));
    const live = this.book.live().map(({ release }) => release);
    await forgetOthers({ journal: this.journal }, live, LONG_AGO_MS);
    await this.tenure.begin({
      taken: (which) => this.takeOver(which),
      vacate: (which, gently) => this.vacate(which, gently),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.drift.stop();
    await this.follower.stop();
    await this.vacate(() => true, true);
    await this.tenure.end();
  }

  /** Something may have become due. */
  look(release: string): void {
    if (this.stopping.signal.aborted) return;
    const file = this.book.known(release);
    if (!file) return;
    const run = this.runs.get(release);
    if (run) run.look();
    else if (!file.isLive()) this.forget(release);
    else if (this.tenure.holds(release)) this.begin(file);
    this.heed(file);
  }

  private heed(file: ReleaseFile): void {
    if (this.hasGivenUp(file)) this.lookAtWaiting();
    if (this.tenure.holds(file.release)) this.reportDrift(file);
  }

  private lookAtThoseOver(topology: string): void {
    for (const { release, state } of this.book.live()) {
      if (isStarted(state) && state.topology.name === topology) this.look(release);
    }
  }

  /** What a newer version of its topology changes for it. */
  private reportDrift(file: ReleaseFile): void {
    const report = this.drift.newsFor(file);
    if (!report || this.stopping.signal.aborted) return;
    const { release } = file;
    const by = { commandId: randomUUID(), actor: { kind: 'service', id: 'executor' } } as const;
    const reported = untilStored(() => this.book.order(release, report, by), this.stopping.signal);
    reported.then(
      (outcome) => {
        if (outcome?.outcome !== 'done') this.drift.forgotten(release);
        else if (outcome.events.length > 0) this.look(release);
      },
      dieWith(this.logger, `reporting to ${release} what its topology has become`),
    );
  }

  /** Whether others may have been waiting for what a release has left to them since it was looked at last. */
  private hasGivenUp(file: ReleaseFile): boolean {
    const before = this.standings.get(file.release);
    const now = file.isLive() ? standingOf(file) : null;
    if (now === null) this.standings.delete(file.release);
    else this.standings.set(file.release, now);
    return before !== undefined && before !== now;
  }

  /** Something outside of the releases has changed that some of them may be waiting for. */
  lookAtWaiting(): void {
    for (const release of this.runs.keys()) {
      const state = this.book.known(release)?.state;
      if (state?.status === 'held' && isForAnObstacle(state.hold.cause)) this.look(release);
    }
  }

  private takeOver(which: Which): void {
    const look = ({ release }: ReleaseFile) => this.look(release);
    readOn(this.book, which, this.stopping.signal, look).catch(dieWith(this.logger, 'taking over releases'));
  }

  private async vacate(which: Which, gently: boolean): Promise<void> {
    const runs = [...this.runs].filter(([release]) => which(release));
    await Promise.all(runs.map(([, run]) => (gently ? run.drain(DRAIN_MS) : run.stop())));
  }

  private begin(file: ReleaseFile): void {
    const { release } = file;
    const run = new ReleaseRun(file, this.book, this.clock, this.work, this.traffic, this.around, () =>
      this.heed(file),
    );
    this.runs.set(release, run);
    run.ended.then(() => this.end(release), dieWith(this.logger, `carrying out ${release}`));
    run.look();
  }

  /** A run ends with its release, or because another executor is to go on: or this one, when that has changed again. */
  private end(release: string): void {
    this.runs.delete(release);
    this.look(release);
  }

  /** Also of a release that another executor has brought to its end. */
  private forget(release: string): void {
    forgetRelease({ journal: this.journal }, release).catch((error: unknown) => {
      this.logger.warn({ release, err: error }, 'the journal of a finished release could not be removed');
    });
  }
}
