import { Inject, Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { EventStore } from '#event-store';
import { Rejection } from '#messaging';
import { dieWith, EVENT_STORE, LOGGER, type Logger, METRICS, pause } from '#runtime';
import { isDatabaseAway } from '../database/failure.js';
import { measureProjection } from './projection-metrics.js';
import { ProjectionRun } from './projection-run.js';
import { checkpoint, emptyReadModels, ReadModelsMovedBack, START } from './write-events.js';

/** A start waits so long for the read models to catch up; after that it answers with what is there. */
const START_PATIENCE_MS = 30_000;

/** Between two looks at how far another replica has brought the read models. */
const LOOK_MS = 50;
const SELDOM_MS = 1_000;

/**
 * Keeps the read models up to date with the log while this replica leads; otherwise another one does, and this one knows
 * how far they are from the database.
 */
@Injectable()
export class Projection {
  private run: ProjectionRun | null = null;
  private isLeading = false;
  private seen = START;
  private rebuilding = false;
  private rebuilds = 0;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly database: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Registry,
  ) {
    measureProjection(metrics, store, () => ({ position: this.position, waiting: this.run?.waiting ?? 0 }));
  }

  /** Takes the lead. */
  async lead(): Promise<void> {
    this.isLeading = true;
    await this.forgetAnotherLog();
    await this.startRun();
  }

  /** Resolves when the read models have caught up with the log, or that takes too long to wait for, or another leads. */
  async caughtUp(): Promise<void> {
    const { run } = this;
    if (!run) return;
    const began = performance.now();
    const caughtUp = new AbortController();
    await Promise.race([run.caughtUp(), pause(START_PATIENCE_MS, caughtUp.signal)]);
    caughtUp.abort();
    const { position, events } = run;
    this.logger.info({ position, events, seconds: secondsSince(began) }, 'the read models follow the log');
  }

  /** Leaves the lead to another replica. Resolves when this one writes nothing any more. */
  async follow(): Promise<void> {
    this.isLeading = false;
    const { run } = this;
    this.run = null;
    await run?.stop();
  }

  /** Looks, as long as another replica leads, how far the read models are. */
  async watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.run) await this.lookHowFar();
      await pause(SELDOM_MS, signal);
    }
  }

  /** Up to where the read models hold the log, as far as this replica knows. */
  get position(): number {
    return this.run?.position ?? this.seen;
  }

  /** Whether the read models get to a position of the log within the time, whoever writes them. */
  async reached(position: number, withinMs: number): Promise<boolean> {
    for (const deadline = performance.now() + withinMs; ; await pause(LOOK_MS)) {
      if ((await checkpoint(this.database.manager)) >= position) return true;
      if (performance.now() > deadline) return false;
    }
  }

  /**
   * Carries out something that can make no sense of read models that are being made again.
   * @throws Rejection when they are, or were meanwhile
   */
  async whileSteady<T>(task: () => Promise<T>): Promise<T> {
    const { rebuilds } = this;
    if (this.rebuilding) throw rebuildRunning();
    const result = await task();
    if (this.rebuilds !== rebuilds) throw rebuildRunning();
    return result;
  }

  /**
   * Empties the read models and makes them again from the log's first event. A replica that does not lead does so beside
   * the one that does: what one of them has written the other leaves out.
   * @throws Rejection when that is under way already
   */
  async rebuild(): Promise<{ events: number; seconds: number }> {
    if (this.rebuilding) throw rebuildRunning();
    this.rebuilding = true;
    this.rebuilds += 1;
    const began = performance.now();
    try {
      await this.run?.stop();
      await emptyReadModels(this.database);
      const run = await this.startRun();
      await run.caughtUp();
      if (!this.isLeading) await this.follow();
      const seconds = secondsSince(began);
      this.logger.info({ events: run.events, seconds }, 'the read models were made again');
      return { events: run.events, seconds };
    } catch (error) {
      return dieWith(this.logger, 'the rebuild')(error);
    } finally {
      this.rebuilding = false;
    }
  }

  private async startRun(): Promise<ProjectionRun> {
    const run = await ProjectionRun.start(this.store, this.database);
    run.closed.catch((error: unknown) => this.broken(run, error));
    this.run = run;
    return run;
  }

  /** Another replica has emptied the read models: this one goes on where they are. Anything else ends the process. */
  private broken(run: ProjectionRun, error: unknown): void {
    if (!(error instanceof ReadModelsMovedBack)) dieWith(this.logger, 'the projection')(error);
    this.rebuilds += 1;
    if (this.run !== run || !this.isLeading) return;
    this.logger.warn('another replica makes the read models again; this one goes on where they are');
    this.startRun().catch(dieWith(this.logger, 'the projection'));
  }

  /** A database that is away says nothing, for now. */
  private async lookHowFar(): Promise<void> {
    try {
      this.seen = await checkpoint(this.database.manager);
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
  }

  /** Read models that are ahead of the log were made from another one: a log that was lost, or put back from a copy. */
  private async forgetAnotherLog(): Promise<void> {
    const [at, head] = [await checkpoint(this.database.manager), (await this.store.head()) ?? START];
    if (at <= head) return;
    this.logger.error({ readModels: at, log: head }, 'the log ends before the read models do; they are made again');
    await emptyReadModels(this.database);
  }
}

function rebuildRunning(): Rejection {
  const message = 'the read models are being made again; ask once that is over';
  return new Rejection({ kind: 'conflict', code: 'REBUILD_RUNNING', message });
}

function secondsSince(began: number): number {
  return Math.round(performance.now() - began) / 1_000;
}
