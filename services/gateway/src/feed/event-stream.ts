import type { EventStore } from '#event-store';
import type { GatewayConfig } from '../config.js';
import type { Subject } from './history.js';
import { LiveFeed } from './live-feed.js';
import type { Outlet } from './outlet.js';
import { frameOf, GREETING, HEARTBEAT } from './sse-frame.js';
import type { Turnstile } from './turnstile.js';

/** Messages that are ready are sent together, up to about this many characters. */
const PIECE = 64 * 1024;
/** Who has read the log for so long lets others have a turn, however slowly it takes what it is given. */
const TURN_MS = 5_000;

/** What all streams of a gateway share. */
export interface StreamSource {
  readonly store: EventStore;
  readonly live: LiveFeed;
  readonly catchingUp: Turnstile;
  readonly config: GatewayConfig;
}

interface Listener {
  readonly subject: Subject;
  readonly outlet: Outlet;
  /** Asked again while the stream lasts: a token may have been taken back. */
  readonly mayListen: () => Promise<boolean>;
}

/**
 * One client's stream: every event of its subject after a position, each once and in order. Reads the log until the
 * live feed has everything from there on, and follows that; a client that falls behind goes back to reading.
 */
export class EventStream {
  private readonly signal: AbortSignal;
  private spokeAt = Date.now();
  private checkedAt = Date.now();
  private allowed = true;

  constructor(
    private readonly source: StreamSource,
    private readonly listener: Listener,
    private position: number,
  ) {
    this.signal = listener.outlet.signal;
  }

  /** Settles when the client has gone, or may not listen any more. */
  async run(): Promise<void> {
    await this.say(GREETING);
    while (await this.goesOn()) {
      if (this.source.live.covers(this.position)) await this.follow();
      else await this.source.catchingUp.pass(this.signal, () => this.catchUp());
    }
  }

  private async follow(): Promise<void> {
    const { live } = this.source;
    const { text, position } = live.read(this.position, this.listener.subject.wants, PIECE);
    if (text !== '') await this.say(text);
    if (position === this.position) await this.rest();
    this.position = position;
  }

  private async catchUp(): Promise<void> {
    const { store } = this.source;
    const turnEnds = Date.now() + TURN_MS;
    const upTo = (await store.head()) ?? -1;
    for await (const event of this.listener.subject.between(store, this.position, upTo)) {
      await this.say(frameOf(event));
      this.position = event.position;
      if (Date.now() > turnEnds || !(await this.goesOn())) return;
    }
    this.position = Math.max(this.position, upTo);
  }

  /** Waits for something new, and says that it is still there when there is nothing. */
  private async rest(): Promise<void> {
    const left = this.spokeAt + this.source.config.HEARTBEAT_MS - Date.now();
    await this.source.live.change(Math.max(1, left), this.signal);
    if (Date.now() >= this.spokeAt + this.source.config.HEARTBEAT_MS) await this.say(HEARTBEAT);
  }

  private async goesOn(): Promise<boolean> {
    if (Date.now() - this.checkedAt >= this.source.config.HEARTBEAT_MS) {
      this.checkedAt = Date.now();
      this.allowed = await this.listener.mayListen();
    }
    return this.allowed && !this.signal.aborted;
  }

  private async say(text: string): Promise<void> {
    await this.listener.outlet.write(text);
    this.spokeAt = Date.now();
  }
}
