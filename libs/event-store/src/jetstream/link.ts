import { type JetStreamClient, type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { MAX_COMMIT_BYTES } from '../commit.js';
import { EventStoreError, StoreUnavailable } from '../errors.js';

/** For so many times what an answer may take, calls may fail one after another; then another server is tried. */
const PATIENCE = 2;

/** The way to one log: the connection, and what is asked through it. */
export class Link {
  readonly #onDisconnect = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  #connected: boolean;
  #hasMessages = false;
  /** Since when calls have failed one after another, over a connection that held. */
  #fruitlessSince: number | undefined;
  #maxPayload = MAX_COMMIT_BYTES;

  private constructor(
    readonly nc: NatsConnection,
    readonly js: JetStreamClient,
    readonly jsm: JetStreamManager,
    /** The name of the JetStream stream that holds the log. */
    readonly log: string,
    /** How long an answer may take. */
    readonly timeoutMs: number,
  ) {
    this.#connected = nc.info !== undefined;
    // Ends with the connection, and has nothing that could throw.
    void this.#watch();
  }

  static async open(nc: NatsConnection, log: string, timeoutMs: number): Promise<Link> {
    const jsm = await jetstreamManager(nc, { timeout: timeoutMs, checkAPI: false });
    return new Link(nc, jetstream(nc, { timeout: timeoutMs }), jsm, log, timeoutMs);
  }

  /** How many bytes the server takes in one message, as it last said. */
  get maxPayload(): number {
    this.#maxPayload = this.nc.info?.max_payload ?? this.#maxPayload;
    return this.#maxPayload;
  }

  /**
   * Whether there is anything in the log. Asked before any message is: nats-server 2.9 can die of being asked for one
   * while the stream is being made.
   * @throws {StoreUnavailable}
   */
  async holdsAnything(): Promise<boolean> {
    if (this.#hasMessages) return true;
    const { state } = await this.ask('look at the log', () => this.jsm.streams.info(this.log));
    this.#hasMessages = state.messages > 0;
    return this.#hasMessages;
  }

  /**
   * Makes one call to the server. The client neither keeps what is sent while there is no connection nor gives up on
   * what was asked over a lost one, so this waits for a connection first and stops waiting when it is lost.
   * @throws {StoreUnavailable} for whatever goes wrong in the call
   */
  async ask<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    try {
      if (!this.#connected) await this.#whenConnected();
      const answer = await this.#unlessDisconnected(call());
      this.#fruitlessSince = undefined;
      return answer;
    } catch (error) {
      const failure = asFailure(what, error);
      if (failure instanceof StoreUnavailable) this.#leaveFruitless();
      throw failure;
    }
  }

  /** Calls back whenever the connection is lost, until the returned function is called. */
  onDisconnect(listener: () => void): () => void {
    this.#onDisconnect.add(listener);
    return () => this.#onDisconnect.delete(listener);
  }

  async #whenConnected(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const proceed = () => {
        clearTimeout(timer);
        this.#waiting.delete(proceed);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(proceed);
        reject(new StoreUnavailable('there is no connection to NATS'));
      }, this.timeoutMs);
      this.#waiting.add(proceed);
    });
  }

  #unlessDisconnected<Answer>(answer: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const off = this.onDisconnect(() => reject(new StoreUnavailable('the connection to NATS was lost')));
      answer.then(
        (value) => {
          off();
          resolve(value);
        },
        (error) => {
          off();
          reject(error);
        },
      );
    });
  }

  /**
   * A server that is cut off from the others, and not from its clients, keeps its connections and has no log. So it is
   * left for the next of the list; with a list of one it is asked anew.
   */
  #leaveFruitless(): void {
    if (!this.#connected || this.nc.isClosed()) return;
    const now = performance.now();
    this.#fruitlessSince ??= now;
    if (now - this.#fruitlessSince < PATIENCE * this.timeoutMs) return;
    this.#fruitlessSince = undefined;
    void this.nc.reconnect();
  }

  async #watch(): Promise<void> {
    for await (const { type } of this.nc.status()) {
      if (type === 'disconnect') {
        this.#connected = false;
        for (const listener of [...this.#onDisconnect]) listener();
      }
      if (type === 'reconnect') this.#proceed();
    }
    // The connection was closed for good: whoever asks is told so by the client.
    this.#proceed();
  }

  #proceed(): void {
    this.#connected = true;
    for (const proceed of [...this.#waiting]) proceed();
  }
}

/** What to throw for an error that came out of the NATS client. */
export function asFailure(what: string, error: unknown): unknown {
  if (error instanceof EventStoreError || error instanceof TypeError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new StoreUnavailable(`could not ${what}: ${why}`, { cause: error });
}
