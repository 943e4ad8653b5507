import { connect } from '@nats-io/transport-node';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { type EventStore, serviceConnection } from '#event-store';
import { CONFIG, EVENT_STORE, LOGGER, type Logger, natsFiles, pause } from '#runtime';
import type { AuditConfig } from '../config.js';
import { CATEGORIES } from '../story/events.js';
import { FeedStream } from './feed-stream.js';
import { FeedWriter } from './feed-writer.js';

const CHECKPOINT = 'audit-feed';
const Checkpoint = z.object({ position: z.int() });
const EVENTS_BETWEEN = 100;
const AGAIN_AFTER_MS = 2_000;
const CONNECTION = {
  name: 'audit-feed',
  timeout: 5_000,
  reconnectTimeWait: 250,
  maxReconnectAttempts: -1,
  // A stack for every event that is published, in case it fails, costs more than the event.
  noAsyncTraces: true,
};

/**
 * Publishes the log to whoever follows along outside. Nothing in Sluice leans on it: when it cannot go on it tries
 * again, for as long as it takes, and everything else goes on without it.
 */
@Injectable()
export class Feed {
  private stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CONFIG) private readonly config: AuditConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Publishes from now on. */
  begin(): void {
    this.stopping.abort();
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    this.running = this.running.then(() => this.keepPublishing(signal));
  }

  /** Resolves when nothing is published any more. */
  async end(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async keepPublishing(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.publish(signal);
      } catch (error) {
        this.logger.warn({ err: error }, `the public feed has stopped; it is taken up again in ${AGAIN_AFTER_MS} ms`);
      }
      await pause(AGAIN_AFTER_MS, signal);
    }
  }

  /** Goes on behind what the stream has. What it has dropped by age, or lost, is behind the checkpoint. */
  private async publish(signal: AbortSignal): Promise<void> {
    const connection = await connect({
      ...serviceConnection(this.config.NATS_URL, 'audit', natsFiles(this.config)),
      ...CONNECTION,
    });
    try {
      const stream = await FeedStream.open(connection);
      const saved = Checkpoint.safeParse(await this.store.loadCheckpoint(CHECKPOINT));
      const after = Math.max(saved.success ? saved.data.position : -1, await stream.newest());
      const writer = new FeedWriter(stream);
      let sinceCheckpoint = 0;
      const subscription = await this.store.subscribe({ categories: CATEGORIES, after }, async (event) => {
        await writer.write(event);
        sinceCheckpoint += 1;
        if (sinceCheckpoint < EVENTS_BETWEEN) return;
        await writer.written();
        await this.store.saveCheckpoint(CHECKPOINT, { position: event.position });
        sinceCheckpoint = 0;
      });
      const stop = () => subscription.stop();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) await stop();
      try {
        await Promise.race([subscription.closed, writer.failed]);
      } finally {
        signal.removeEventListener('abort', stop);
        await stop();
      }
    } finally {
      await connection.close();
    }
  }
}
