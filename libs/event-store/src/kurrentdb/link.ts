import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { InvalidInput, StoreUnavailable } from '../errors.js';
import { asFailure, isNotLeader } from './failure.js';
import type { KurrentUrl } from './kurrent-url.js';

const LEADER_ROUNDS = 3;
const LEADER_PAUSE_MS = 50;

/** The way to one log: the client, and what is asked through it. */
export class Link {
  readonly client: KurrentDBClient;
  /**
   * For every read: from the leader, because a writer that looks for its own commit has to find it; and with the
   * credentials, because the native part of the client, which reads, leaves those of the URL percent-encoded.
   */
  readonly reading: { readonly requiresLeader: true; readonly credentials?: KurrentUrl['login'] };
  readonly #closing = new AbortController();

  /** @throws {InvalidInput} when the client does not take the URL */
  constructor(
    { connectionString, shown, login }: KurrentUrl,
    /** The name of the log: what its streams' names begin with. */
    readonly log: string,
    /** How long an answer may take. */
    readonly timeoutMs: number,
  ) {
    this.reading = { requiresLeader: true, ...(login === undefined ? {} : { credentials: login }) };
    // Every call under way listens.
    setMaxListeners(0, this.#closing.signal);
    try {
      this.client = KurrentDBClient.connectionString(connectionString);
    } catch {
      // The client's own words quote the connection string, and with it the password.
      throw new InvalidInput(`the client does not take the URL ${shown}, or a certificate that it names`);
    }
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
      try {
        return await this.#once(what, call);
      } catch (error) {
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
