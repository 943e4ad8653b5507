import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import type { RecordedEvent } from '#event-store';
import { EXIT } from '../exit.js';
import { CommandFailure } from '../failure.js';
import type { Api } from './api.js';
import { whyNoAnswer } from './no-answer.js';
import { unreachable } from './problem.js';

export interface FeedOptions {
  /** Only what comes after this position. */
  readonly after?: number | undefined;
  /** How long to wait before each try to connect again; when they are used up, it is over. */
  readonly delaysMs?: readonly number[];
  /** A connection that is silent for so long is dead. The service sends a sign of life each 15 s. */
  readonly quietMs?: number;
}

const DELAYS_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000, 8_000];
const QUIET_MS = 45_000;
/** No event is nearly as long; whoever sends this is not Sluice. */
const LONGEST_MESSAGE = 4 * 1024 * 1024;

/**
 * Follows the log: the events of each piece that came over the wire, without a gap and without a repeat. A connection
 * that breaks is taken up again after the last event. Ends only by being left, or with a CommandFailure: when the
 * service refuses, or cannot be reached for too long.
 */
export async function* follow(api: Api, path: string, options: FeedOptions = {}): AsyncGenerator<RecordedEvent[]> {
  const { after, delaysMs = DELAYS_MS, quietMs = QUIET_MS } = options;
  let last = after === undefined ? undefined : String(after);
  let failures = 0;
  for (;;) {
    const connection = new Connection(api, path, quietMs);
    try {
      for await (const messages of connection.read({ after, last })) {
        failures = 0;
        last = messages.at(-1)?.id ?? last;
        if (messages.length > 0) yield messages.map(({ data }) => eventOf(api, data));
      }
    } catch (error) {
      if (!mayPass(error, api.url)) throw error;
    } finally {
      connection.close();
    }
    const delay = delaysMs[failures];
    if (delay === undefined) throw unreachable(api.url, `the feed of ${api.url} broke and could not be taken up again`);
    failures += 1;
    await sleep(delay);
  }
}

interface Message {
  readonly id?: string | undefined;
  readonly data: string;
}

/** One connection to the feed, which ends when the other side ends it or says nothing for too long. */
class Connection {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly api: Api,
    private readonly path: string,
    quietMs: number,
  ) {
    this.#timer = setTimeout(() => this.#abort.abort(), quietMs);
  }

  /** What each piece of the answer completed; nothing when it was a sign of life or the beginning of something. */
  async *read({ after, last }: { after: number | undefined; last: string | undefined }): AsyncGenerator<Message[]> {
    const response = await this.api.openFeed(this.path, { after }, last, this.#abort.signal);
    if (!response.body) return;
    let messages: Message[] = [];
    let pending = 0;
    const parser = createParser({ onEvent: (message) => void messages.push(message) });
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      this.#timer.refresh();
      parser.feed(piece);
      pending = messages.length > 0 ? piece.length : pending + piece.length;
      if (pending > LONGEST_MESSAGE) throw notTheLog(this.api);
      yield messages;
      messages = [];
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }
}

function eventOf(api: Api, data: string): RecordedEvent {
  const event = api.parse(data);
  if (typeof event !== 'object' || event === null || !('type' in event)) throw notTheLog(api);
  return event as RecordedEvent;
}

function notTheLog({ url }: Api): CommandFailure {
  return unreachable(url, `what ${url} sends is not the log`);
}

/** Whether to try again: after a broken connection and while the service is not up; not after a refusal. */
function mayPass(error: unknown, url: string): boolean {
  if (error instanceof CommandFailure) return error.exit === EXIT.unreachable && error.problem.status !== undefined;
  return whyNoAnswer(error, url) !== undefined;
}
