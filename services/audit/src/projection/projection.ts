import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import type { EventStore } from '#event-store';
import { Rejection } from '#messaging';
import { dieWith, EVENT_STORE, LOGGER, type Logger, METRICS, pause } from '#runtime';
import { measureProjection } from './projection-metrics.js';
import { ProjectionRun } from './projection-run.js';
import { checkpoint, emptyReadModels, START } from './write-events.js';

/** A start waits so long for the read models to catch up; after that it answers with what is there. */
const START_PATIENCE_MS = 30_000;

/** Keeps the read models up to date with the log for as long as the service runs. */
@Injectable()
export class Projection implements OnApplicationBootstrap, OnModuleDestroy {
  private run: ProjectionRun | null = null;
  private rebuilding = false;
  private rebuilds = 0;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly database: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(METRICS) metrics: Registry,
  ) {
    measureProjection(metrics, store, () => this.run);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.forgetAnotherLog();
    const began = performance.now();
    const run = await this.startRun();
    const caughtUp = new AbortController();
    await Promise.race([run.caughtUp(), pause(START_PATIENCE_MS, caughtUp.signal)]);
    caughtUp.abort();
    const { position, events } = run;
    this.logger.info({ position, events, seconds: secondsSince(began) }, 'the read models follow the log');
  }

  async onModuleDestroy(): Promise<void> {
    await this.run?.stop();
  }

  /** Up to where the read models hold the log. */
  get position(): number {
    return this.run?.position ?? START;
  }

  /** Whether the read models get to a position of the log within the time. */
  async reached(position: number, withinMs: number): Promise<boolean> {
    return (await this.run?.reached(position, withinMs)) ?? false;
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
   * Empties the read models and makes them again from the log's first event.
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
    run.closed.catch(dieWith(this.logger, 'the projection'));
    this.run = run;
    return run;
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
