import type { OnModuleDestroy } from '@nestjs/common';
import type { EventStore, RecordedEvent } from '#event-store';
import { type Logger, pause } from '#runtime';
import type { GatewayConfig } from '../config.js';
import type { FeedDelay } from '../metrics/feed-delay.js';
import { FEED_CATEGORIES } from './categories.js';
import { Ring, type Stretch } from './ring.js';
import { frameOf } from './sse-frame.js';

const LONGEST_PAUSE_MS = 5_000;

/** The log as it grows, followed once for all streams of this gateway together. */
export class LiveFeed implements OnModuleDestroy {
  private readonly waiting = new Set<() => void>();
  private waking = false;
  private readonly stopping = new AbortController();
  private readonly following: Promise<void>;

  private constructor(
    private readonly store: EventStore,
    private readonly ring: Ring,
    private readonly logger: Logger,
    private readonly delay: FeedDelay,
  ) {
    this.following = this.follow();
  }

  /** Follows the log from where it ends now. */
  static async start(store: EventStore, config: GatewayConfig, logger: Logger, delay: FeedDelay): Promise<LiveFeed> {
    const limits = { events: config.RECENT_EVENTS, size: config.RECENT_BYTES };
    return new LiveFeed(store, new Ring(limits, (await store.head()) ?? -1), logger, delay);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.following;
  }

  /** Whether everything after a position is kept here; if not, the log has to be read. */
  covers(position: number): boolean {
    return this.ring.covers(position);
  }

  read(after: number, wants: (stream: string) => boolean, characters: number): Stretch {
    return this.ring.read(after, wants, characters);
  }

  /** Settles when there is something new, or the time is over, or the signal is raised. */
  change(withinMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, withinMs);
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
      if (signal.aborted) done();
    });
  }

  /** Goes on for ever: what breaks off is taken up again behind the last event that came. */
  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    for (let wait = 100; !signal.aborted; wait = Math.min(LONGEST_PAUSE_MS, wait * 2)) {
      const before = this.ring.newest;
      try {
        await this.followOnce(signal);
      } catch (error) {
        this.logger.error({ err: error }, 'the live feed broke off; streams wait until it goes on');
      }
      if (this.ring.newest !== before) wait = 100;
      await pause(wait, signal);
    }
  }

  private async followOnce(signal: AbortSignal): Promise<void> {
    const from = { categories: FEED_CATEGORIES, after: this.ring.newest };
    const subscription = await this.store.subscribe(from, (event) => this.take(event));
    const stop = () => void subscription.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    try {
      await subscription.closed;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private take(event: RecordedEvent): void {
    this.delay.observe(event);
    this.ring.push({ position: event.position, stream: event.stream, frame: frameOf(event) });
    if (this.waking) return;
    this.waking = true;
    // Once for all events that arrive together.
    setImmediate(() => {
      this.waking = false;
      for (const wake of [...this.waiting]) wake();
    });
  }
}
