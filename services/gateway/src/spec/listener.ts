import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import type { GatewayInTest } from './gateway-in-test.js';
import { until } from './until.js';

interface Listening {
  readonly as?: string;
  readonly path?: string;
  readonly lastEventId?: number;
}

/** A client of a stream of events, over a connection of its own. */
export class Listener {
  readonly positions: number[] = [];
  readonly types: string[] = [];
  readonly data: Record<string, unknown>[] = [];
  comments = 0;
  ended = false;

  private constructor(
    private readonly request: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    const parser = createParser({
      onEvent: ({ id, event, data }) => {
        this.positions.push(Number(id));
        this.types.push(event ?? '');
        this.data.push(JSON.parse(data));
      },
      onComment: () => {
        this.comments += 1;
      },
    });
    response.setEncoding('utf8');
    response.on('data', (text: string) => parser.feed(text));
    response.on('close', () => {
      this.ended = true;
    });
    // A stream that is cut off ends with an error; that it has ended is what the tests ask.
    response.on('error', () => undefined);
    request.on('error', () => undefined);
  }

  /** Resolves when the gateway has begun to answer. */
  static async open(gateway: GatewayInTest, { as = 'viewer', path = '/v1/events', lastEventId }: Listening = {}) {
    const request = get(`${gateway.url}${path}`, {
      agent: false,
      headers: {
        ...gateway.authorization(as),
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
      },
    });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new Listener(request, response);
  }

  get status(): number {
    return this.response.statusCode ?? 0;
  }

  async has(events: number): Promise<void> {
    await until(`${events} events, there are ${this.positions.length}`, () => this.positions.length >= events);
  }

  close(): void {
    this.request.destroy();
  }
}
