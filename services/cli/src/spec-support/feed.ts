import type { ServerResponse } from 'node:http';
import type { RecordedEvent } from '#event-store';
import type { Asked } from './gateway.js';

/** A feed as the gateway serves it: the past first, then what comes; resumed by `Last-Event-ID`. */
export class Feed {
  readonly #events: RecordedEvent[] = [];
  readonly #listeners = new Set<ServerResponse>();
  /** `Last-Event-ID` of each connection, in order. */
  readonly resumedFrom: (string | undefined)[] = [];

  readonly serve = (asked: Asked, response: ServerResponse): void => {
    const last = asked.headers['last-event-id'];
    this.resumedFrom.push(typeof last === 'string' ? last : undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': here\n\n');
    const after = Number(last ?? asked.query.after ?? -1);
    for (const event of this.#events.filter(({ position }) => position > after)) response.write(message(event));
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  };

  push(...events: readonly RecordedEvent[]): void {
    this.#events.push(...events);
    for (const listener of this.#listeners) for (const event of events) listener.write(message(event));
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** Breaks every connection, in the middle of a message. */
  cut(): void {
    for (const listener of this.#listeners) {
      listener.write('id: 99999999\nevent: Torn.v1\ndata: {"type"');
      listener.socket?.destroySoon();
    }
  }
}

function message(event: RecordedEvent): string {
  return `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
