import { StoreUnavailable, UnsuitableLog } from './errors.js';
import { Appender } from './kurrentdb/appender.js';
import { Checkpoints } from './kurrentdb/checkpoints.js';
import { parseKurrentUrl } from './kurrentdb/kurrent-url.js';
import { Link } from './kurrentdb/link.js';
import { Selection, streamEvents } from './kurrentdb/log-reader.js';
import { checkLogName } from './kurrentdb/stream-names.js';
import { follow } from './kurrentdb/subscriptions.js';
import { distrust } from './kurrentdb/trust.js';
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

/** How a log in KurrentDB is opened. */
export interface KurrentOptions {
  /** Who connects, shown by the server to its operator: `planner`. */
  readonly name: string;
  /** What the names of the log's streams begin with, so that logs can share a database. Default `sluice`. */
  readonly log?: string;
  /** How long an answer may take before the store counts as unavailable, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number;
}

/** The event store on KurrentDB: one record per event, one append per commit. What it promises is in DESIGN.md. */
export class KurrentEventStore implements EventStore {
  readonly #link: Link;
  readonly #appender: Appender;
  readonly #checkpoints: Checkpoints;
  readonly #subscriptions = new Subscriptions();

  private constructor(link: Link) {
    this.#link = link;
    this.#appender = new Appender(link);
    this.#checkpoints = new Checkpoints(link);
  }

  /**
   * Opens a log by a connection string of KurrentDB; nothing has to be there.
   * @throws {InvalidInput} when the URL cannot be one, {StoreUnavailable} when there is no server, {UnsuitableLog}
   * when it does not let us in, or is not who it should be
   */
  static async open(url: string, { name, log = 'sluice', timeoutMs = 5_000 }: KurrentOptions) {
    const parsed = parseKurrentUrl(url, name);
    const store = new KurrentEventStore(new Link(parsed, checkLogName(log), timeoutMs));
    try {
      // The client connects with its first call; whoever opens a store wants to know.
      await store.head();
    } catch (error) {
      await store.close();
      const doubt = error instanceof StoreUnavailable ? await distrust(parsed, timeoutMs) : undefined;
      if (doubt === undefined) throw error;
      throw new UnsuitableLog(`KurrentDB has a certificate that is not to be trusted: ${doubt}`, { cause: error });
    }
    return store;
  }

  append(commit: Commit): Promise<AppendResult> {
    return this.#appender.append(commit);
  }

  readStream(stream: string, fromRevision = 0): AsyncIterable<RecordedEvent> {
    return streamEvents(this.#link, stream, fromRevision);
  }

  async readAll({ limit, ...options }: SubscribeOptions & { readonly limit: number }) {
    return new Selection(this.#link.log, options).page(this.#link, limit);
  }

  async subscribe(options: SubscribeOptions, handler: EventHandler): Promise<Subscription> {
    const selection = new Selection(this.#link.log, options);
    const caughtUpAt = await selection.newest(this.#link);
    const events = (signal: AbortSignal) => follow(this.#link, selection, signal);
    return this.#subscriptions.start({ events, caughtUpAt }, handler);
  }

  head(): Promise<number | undefined> {
    return new Selection(this.#link.log, {}).newest(this.#link);
  }

  saveCheckpoint(name: string, value: unknown): Promise<void> {
    return this.#checkpoints.save(name, value);
  }

  loadCheckpoint(name: string): Promise<unknown> {
    return this.#checkpoints.load(name);
  }

  async close(): Promise<void> {
    await this.#subscriptions.stopAll();
    await this.#link.close();
  }
}
