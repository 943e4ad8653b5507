import type { NatsConnection } from '@nats-io/transport-node';
import { Appender } from './jetstream/appender.js';
import { Checkpoints } from './jetstream/checkpoints.js';
import { Link } from './jetstream/link.js';
import { newestCommit, Selection, streamEvents } from './jetstream/log-reader.js';
import { openLogStream } from './jetstream/log-stream.js';
import { ALL_SUBJECTS } from './jetstream/subjects.js';
import type {
  AppendResult,
  Commit,
  EventHandler,
  EventStore,
  RecordedEvent,
  SubscribeOptions,
  Subscription,
} from './port.js';
import { Subscriptions } from './subscription.js';

/** How a JetStream log is opened. */
export interface JetStreamOptions {
  /** The JetStream stream that holds the log. Default `SLUICE_LOG`. One per NATS account. */
  readonly log?: string;
  /** Copies of the log and of the checkpoints, used when they are created: 1, 3 or 5. Default 1. */
  readonly replicas?: number;
  /** How long the server knows a repeated commit by its id, used when the log is created. Default two minutes. */
  readonly duplicateWindowMs?: number;
  /** How long an answer may take before the store counts as unavailable. Default 5,000. */
  readonly timeoutMs?: number;
  /** Whether `close()` closes the connection as well. Default false: it belongs to whoever made it. */
  readonly ownsConnection?: boolean;
}

/** The event store on NATS JetStream: one message per commit. What it promises, and why, is in DESIGN.md. */
export class JetStreamEventStore implements EventStore {
  readonly #link: Link;
  readonly #appender: Appender;
  readonly #checkpoints: Checkpoints;
  readonly #ownsConnection: boolean;
  readonly #subscriptions = new Subscriptions();

  private constructor(link: Link, checkpoints: Checkpoints, ownsConnection: boolean) {
    this.#link = link;
    this.#appender = new Appender(link);
    this.#checkpoints = checkpoints;
    this.#ownsConnection = ownsConnection;
  }

  /**
   * Opens the log over a connection; creates log and checkpoint bucket when they are absent.
   * @throws {StoreUnavailable} when JetStream does not answer, {UnsuitableLog} when a log is there that may lose events
   */
  static async open(connection: NatsConnection, options: JetStreamOptions = {}): Promise<JetStreamEventStore> {
    const { log = 'SLUICE_LOG', replicas = 1, duplicateWindowMs = 120_000, timeoutMs = 5_000 } = options;
    const link = await Link.open(connection, log, timeoutMs);
    await openLogStream(link, { replicas, duplicateWindowMs });
    const checkpoints = await Checkpoints.open(link, replicas);
    return new JetStreamEventStore(link, checkpoints, options.ownsConnection ?? false);
  }

  append(commit: Commit): Promise<AppendResult> {
    return this.#appender.append(commit);
  }

  readStream(stream: string, fromRevision = 0): AsyncIterable<RecordedEvent> {
    return streamEvents(this.#link, stream, fromRevision);
  }

  async readAll({ limit, ...options }: SubscribeOptions & { readonly limit: number }) {
    const selection = new Selection(options);
    const newest = await selection.newest(this.#link);
    const page: RecordedEvent[] = [];
    if (newest === undefined || limit < 1) return page;
    for await (const event of selection.until(this.#link, newest)) {
      page.push(event);
      if (page.length >= limit) break;
    }
    return page;
  }

  async subscribe(options: SubscribeOptions, handler: EventHandler): Promise<Subscription> {
    const selection = new Selection(options);
    const caughtUpAt = await selection.newest(this.#link);
    const events = (signal: AbortSignal) => selection.follow(this.#link, signal);
    return this.#subscriptions.start({ events, caughtUpAt }, handler);
  }

  async head(): Promise<number | undefined> {
    return (await newestCommit(this.#link, ALL_SUBJECTS))?.last.position;
  }

  saveCheckpoint(name: string, value: unknown): Promise<void> {
    return this.#checkpoints.save(name, value);
  }

  loadCheckpoint(name: string): Promise<unknown> {
    return this.#checkpoints.load(name);
  }

  async close(): Promise<void> {
    await this.#subscriptions.stopAll();
    if (this.#ownsConnection) await this.#link.nc.close();
  }
}
