import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CallSink } from './call-sink.js';

/** The headers that every service hands on. */
const TAG_HEADERS = ['baggage', 'x-sluice-env'] as const;

export interface StackUnitOptions {
  readonly id: string;
  readonly service: string;
  /** The address that it listens at and calls from. */
  readonly host: string;
  readonly sink: CallSink;
  /** `host:port` of whom to call next, with which path; null at the end of the stack. Asked for each call. */
  readonly next: () => { readonly address: string; readonly service: string; readonly path: string } | null;
  /** Asked for each call. */
  readonly dropsTag: () => boolean;
}

/** One unit of a service: real HTTP at an address of its own. It answers when whom it calls has answered. */
export class StackUnit {
  readonly #server: Server;
  readonly #agent: Agent;

  private constructor(private readonly options: StackUnitOptions) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: 64, localAddress: options.host });
    this.#server = createServer((incoming, response) => void this.#serve(incoming, response));
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(options: StackUnitOptions): Promise<StackUnit> {
    const unit = new StackUnit(options);
    unit.#server.listen(0, options.host);
    await once(unit.#server, 'listening');
    return unit;
  }

  get id(): string {
    return this.options.id;
  }

  get service(): string {
    return this.options.service;
  }

  get address(): string {
    return `${this.options.host}:${(this.#server.address() as AddressInfo).port}`;
  }

  flush(): Promise<void> {
    return this.options.sink.flush();
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    if (this.#server.listening) {
      this.#server.close();
      this.#server.closeAllConnections();
      await once(this.#server, 'close');
    }
    await this.flush();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const isHealth = incoming.url === '/healthz';
    const status = isHealth ? 200 : await this.#callNext(incoming);
    this.#record('server', incoming, {
      source: incoming.socket.remoteAddress ?? '',
      service: this.service,
      destination: this.address,
      path: incoming.url ?? '/',
      status,
    });
    response.writeHead(status).end();
  }

  async #callNext(incoming: IncomingMessage): Promise<number> {
    const next = this.options.next();
    if (!next) return 200;
    const headers = this.options.dropsTag() ? {} : tagOf(incoming);
    const status = await this.#call(`http://${next.address}${next.path}`, headers);
    const { address: destination, service, path } = next;
    const made = { source: this.options.host, caller: this.service, service, destination, path, status };
    this.#record('client', { method: 'GET', headers }, made);
    return status < 500 ? 200 : 502;
  }

  #call(url: string, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve) => {
      const outgoing = request(url, { agent: this.#agent, headers }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
      });
      outgoing.once('error', () => resolve(503)).end();
    });
  }

  #record(
    by: 'server' | 'client',
    { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
    facts: { source: string; service: string; caller?: string; destination: string; path: string; status: number },
  ): void {
    const tag = headers['x-sluice-env'];
    this.options.sink.add({
      by,
      call: {
        at: new Date().toISOString(),
        ...facts,
        method: method ?? 'GET',
        baggage: headers.baggage?.toString(),
        tag: tag?.toString(),
        entry: false,
        internal: false,
      },
    });
  }
}

function tagOf(incoming: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    TAG_HEADERS.flatMap((name) => {
      const value = incoming.headers[name];
      return value === undefined ? [] : [[name, value.toString()]];
    }),
  );
}
