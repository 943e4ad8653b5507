import type { OutgoingHttpHeaders } from 'node:http';
import { HttpStatus, Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { EventStore } from '#event-store';
import { Rejection } from '#messaging';
import { CONFIG, EVENT_STORE, LOGGER, type Logger } from '#runtime';
import type { GatewayConfig } from '../config.js';
import { EventStream, type StreamSource } from './event-stream.js';
import type { Subject } from './history.js';
import { LiveFeed } from './live-feed.js';
import { Outlet } from './outlet.js';
import { Turnstile } from './turnstile.js';

interface Opening {
  readonly subject: Subject;
  readonly after: number;
  readonly mayListen: () => Promise<boolean>;
}

/** The streams of events that are open. */
@Injectable()
export class Streams implements OnModuleDestroy {
  private readonly open = new Map<Outlet, Promise<void>>();
  private readonly source: StreamSource;
  private closing = false;

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    live: LiveFeed,
  ) {
    this.source = { store, live, config, catchingUp: new Turnstile(config.MAX_CATCH_UPS) };
  }

  get size(): number {
    return this.open.size;
  }

  /** @throws Rejection when there are as many as there may be, or the gateway is about to end */
  checkRoom(): void {
    if (this.closing) throw new Rejection(CLOSING);
    if (this.size >= this.config.MAX_STREAMS) throw new Rejection(tooMany(this.size));
  }

  /** Takes over an answer and makes it a stream that lasts as long as the client stays. */
  start(reply: FastifyReply, { subject, after, mayListen }: Opening): void {
    this.checkRoom();
    reply.header('content-type', 'text/event-stream');
    // Proxies are asked to pass on what comes as it comes.
    reply.header('x-accel-buffering', 'no');
    reply.hijack();
    reply.raw.writeHead(HttpStatus.OK, reply.getHeaders() as OutgoingHttpHeaders);
    const outlet = new Outlet(reply.raw, this.config.STALL_MS);
    const stream = new EventStream(this.source, { subject, outlet, mayListen }, after);
    const running = this.run(stream, outlet, reply.request.id);
    this.open.set(outlet, running);
  }

  /** Ends all streams; the clients come back to whichever gateway there is then. */
  async onModuleDestroy(): Promise<void> {
    this.closing = true;
    const running = [...this.open.values()];
    await Promise.all([...this.open.keys()].map((outlet) => outlet.end()));
    await Promise.all(running);
  }

  private async run(stream: EventStream, outlet: Outlet, correlationId: string): Promise<void> {
    try {
      await stream.run();
      if (outlet.stalled) this.logger.warn({ correlationId }, 'cut off a listener that took nothing');
    } catch (error) {
      // The client resumes behind what it has.
      this.logger.error({ correlationId, err: error }, 'a stream of events broke off');
    }
    await outlet.end();
    this.open.delete(outlet);
  }
}

const CLOSING = {
  kind: 'unavailable',
  code: 'CLOSING',
  message: 'this gateway is about to end; come back in a moment',
} as const;

function tooMany(size: number) {
  const message = `${size} streams are open, which is as many as there may be (MAX_STREAMS)`;
  return { kind: 'unavailable', code: 'TOO_MANY_STREAMS', message } as const;
}
