import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { InvalidInput, StoreUnavailable } from '../errors.js';
import { asFailure, isNotLeader, isUnreachable } from './failure.js';
import type { KurrentUrl } from './kurrent-url.js';

const LEADER_ROUNDS = 3;
const LEADER_PAUSE_MS = 50;
/** How long a client has to look for the leader before another one is made. */
const CLIENT_MS = 1_000;

/** The way to one log: the client, and what is asked through it. */
export class Link {
  #client: KurrentDBClient;
  #clientSince = performance.now();
  /**
   * For every read: from the leader, because a writer that looks for its own commit has to find it; and with the
   * credentials, because the native part of the client, which reads, leaves those of the URL percent-encoded.
   */
  readonly reading: { readonly requiresLeader: true; readonly credentials?: KurrentUrl['login'] };
  readonly #closing = new AbortController();

  /** @throws {InvalidInput} when the client does not take the URL */
  constructor(
    private readonly url: KurrentUrl,
    /** The name of the log: what its streams' names begin with. */
    readonly log: string,
    /** How long an answer may take. */
    readonly timeoutMs: number,
  ) {
    const { login } = url;
    this.reading = { requiresLeader: true, ...(login === undefined ? {} : { credentials: login }) };
    // Every call under way listens.
    setMaxListeners(0, this.#closing.signal);
    this.#client = clientOf(url);
  }

  /** To be asked for with every call: there is another one when a leader is lost. */
  get client(): KurrentDBClient {
    return this.#client;
  }

  /** Aborts when the store is closed. */
  get closed(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * Makes one call. The client waits without end for an answer that was lost, so this does not.
   * @throws {StoreUnavailable} when there is no answer; what the call throws, except that it is asked of a new leader
   */
  async ask<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    for (let round = 1; ; round += 1) {
      const client = this.#client;
      try {
        return await this.#once(what, call);
      } catch (error) {
        if (isUnreachable(error)) await this.#replace(client);
        if (!isNotLeader(error) || round >= LEADER_ROUNDS) throw error;
        await delay(LEADER_PAUSE_MS);
      }
    }
  }

  /** As `ask`, with every error as the port has it. */
  async askPlainly<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.ask(what, call);
    } catch (error) {
      throw asFailure(what, error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.client.dispose();
  }

  /**
   * The native part of the client never leaves a leader that it has found, not even a dead one, so that only another
   * client finds the next. Whatever is under way through the old one breaks, and is made again like after any outage.
   */
  async #replace(unreachable: KurrentDBClient): Promise<void> {
    const isNew = performance.now() - this.#clientSince < CLIENT_MS;
    if (!this.url.isCluster || this.#client !== unreachable || isNew || this.closed.aborted) return;
    this.#client = clientOf(this.url);
    this.#clientSince = performance.now();
    await unreachable.dispose();
  }

  #once<Answer>(what: string, call: () => Promise<Answer>): Promise<Answer> {
    if (this.closed.aborted) throw new StoreUnavailable('this event store was closed');
    return new Promise<Answer>((resolve, reject) => {
      const end = (why: string) => {
        reject(new StoreUnavailable(`could not ${what}: ${why}`));
      };
      const timer = setTimeout(() => end(`no answer within ${this.timeoutMs} ms`), this.timeoutMs);
      const onClose = () => end('this event store was closed');
      this.closed.addEventListener('abort', onClose);
      call()
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timer);
          this.closed.removeEventListener('abort', onClose);
        });
    });
  }
}

function clientOf({ connectionString, shown }: KurrentUrl): KurrentDBClient {
  try {
    return KurrentDBClient.connectionString(connectionString);
  } catch {
    // The client's own words quote the connection string, and with it the password.
    throw new InvalidInput(`the client does not take the URL ${shown}, or a certificate that it names`);
  }
}
