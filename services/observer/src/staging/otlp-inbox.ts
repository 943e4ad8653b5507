import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { Tag } from '#domain';
import { CONFIG, LOGGER, type Logger } from '#runtime';
import { type CallRecord, OtlpReceiver } from '#traffic';
import type { ObserverConfig } from '../config.js';

const FETCH_MS = 200;
/** So many calls wait for a reader that is slow; what does not fit counts as lost. */
const MOST_WAITING = 100_000;

/** What came for one reader since it asked last. */
export interface SpanDelivery {
  readonly calls: readonly CallRecord[];
  readonly damaged: number;
}

/** One reader's share of the spans that come in: all of them, from the moment it subscribed. */
export class SpanSubscription {
  private waiting: CallRecord[] = [];
  private lost = 0;

  constructor(
    readonly tag: Tag,
    private readonly onClose: (subscription: SpanSubscription) => void,
  ) {}

  deliver(calls: readonly CallRecord[], damaged: number): void {
    const room = Math.max(0, MOST_WAITING - this.waiting.length);
    for (const call of calls.slice(0, room)) this.waiting.push(call);
    this.lost += damaged + Math.max(0, calls.length - room);
  }

  take(): SpanDelivery {
    const taken = { calls: this.waiting, damaged: this.lost };
    this.waiting = [];
    this.lost = 0;
    return taken;
  }

  close(): void {
    this.onClose(this);
  }
}

/** Takes the spans that services send, for all environments, and hands them to whoever watches one. */
@Injectable()
export class OtlpInbox implements OnModuleInit, OnApplicationShutdown {
  private receiver: OtlpReceiver | null = null;
  private readonly subscriptions = new Set<SpanSubscription>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: ObserverConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Before anybody watches: who subscribed while nothing listens would never hear of a span. */
  async onModuleInit(): Promise<void> {
    const place = this.config.OBSERVER_OTLP;
    if (!place) return;
    this.receiver = await OtlpReceiver.start({ ...place, tags: () => this.tags() });
    this.timer = setInterval(() => this.deliver(), FETCH_MS);
    this.logger.info({ host: place.host, port: this.receiver.port }, 'taking spans over OTLP');
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.receiver?.stop();
  }

  /** Null when this observer takes no spans. @param tag what marks the calls that are asked for */
  subscribe(tag: Tag): SpanSubscription | null {
    if (!this.receiver) return null;
    this.deliver();
    const subscription = new SpanSubscription(tag, (closed) => this.subscriptions.delete(closed));
    this.subscriptions.add(subscription);
    return subscription;
  }

  private tags(): Tag[] {
    return [...this.subscriptions].map(({ tag }) => tag);
  }

  /** Hands over what has come in up to now. */
  deliver(): void {
    if (!this.receiver) return;
    const { calls, damaged } = this.receiver.take();
    for (const subscription of this.subscriptions) subscription.deliver(calls, damaged);
  }
}
