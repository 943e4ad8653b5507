import { setTimeout as sleep } from 'node:timers/promises';
import { createParser } from 'eventsource-parser';
import { isNoAnswer } from '../../../deploy/local/no-answer.mjs';
import type { Api } from '../../harness/api.js';

const AGAIN_MS = 200;
/** Longer than the gateway's signs of life are apart. */
const QUIET_MS = 20_000;

/** Somebody who follows the gateway's feed from its first event on, and takes it up again after the last one it got. */
export class FeedFollower {
  /** Places in the log of the events that it got, in the order in which it got them. */
  readonly positions: number[] = [];
  /** How often it had to connect. */
  connections = 0;
  private readonly leaving = new AbortController();
  private readonly following: Promise<void>;

  constructor(private readonly api: Api) {
    this.following = this.follow();
  }

  async stop(): Promise<void> {
    this.leaving.abort();
    await this.following;
  }

  private async follow(): Promise<void> {
    while (!this.leaving.signal.aborted) {
      await this.connect().catch((error: unknown) => {
        if (!isNoAnswer(error)) throw error;
      });
      await sleep(AGAIN_MS);
    }
  }

  private async connect(): Promise<void> {
    const quiet = new AbortController();
    const timer = setTimeout(() => quiet.abort(), QUIET_MS);
    try {
      const last = this.positions.at(-1);
      const response = await fetch(`${this.api.url}/v1/events`, {
        headers: {
          accept: 'text/event-stream',
          authorization: `Bearer ${await this.api.token('viewer')}`,
          ...(last === undefined ? {} : { 'last-event-id': String(last) }),
        },
        signal: AbortSignal.any([quiet.signal, this.leaving.signal]),
      });
      if (!response.ok || !response.body) return void (await response.body?.cancel());
      this.connections += 1;
      const parser = createParser({ onEvent: ({ id }) => void this.positions.push(Number(id)) });
      for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
        timer.refresh();
        parser.feed(piece);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
