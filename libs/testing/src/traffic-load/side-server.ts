import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Side = 'staging' | 'production';

/** The header in which a {@link SideServer} says which side it stands on. */
export const SIDE_HEADER = 'x-side';
/** Whoever asks a {@link SideServer} for this path waits until {@link SideServer.release}. */
export const HELD_PATH = '/held';

/**
 * A unit for real traffic: an HTTP server on a loopback port that answers every request with 200 and its side in
 * {@link SIDE_HEADER}. It says on `/healthz` whether it is ready, and can keep requests waiting.
 */
export class SideServer {
  /** Answers `/healthz` with 200, otherwise with 503. The port stays open either way. */
  ready = true;
  /** The headers of the latest request that was neither for its health nor held. */
  latest: IncomingMessage['headers'] = {};
  /** Requests that came while it was not ready, health checks apart. */
  servedUnready = 0;
  /** Requests that it got, health checks apart. */
  served = 0;

  readonly #server: Server;
  readonly #held = new Set<ServerResponse>();
  readonly #awaitingHeld = new Set<() => void>();

  private constructor(readonly side: Side) {
    // Longer than any router keeps an idle connection: the router closes first, and no request meets a closing one.
    this.#server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => this.#answer(request, response));
  }

  /** On a port of the system's choice unless one is given. */
  static async start(side: Side, host = '127.0.0.1', port = 0): Promise<SideServer> {
    const unit = new SideServer(side);
    await unit.#listen(host, port);
    return unit;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `host:port` */
  get address(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  }

  /** Settles when this many requests wait for {@link release}. */
  async holds(count: number): Promise<void> {
    while (this.#held.size < count) await new Promise<void>((resolve) => this.#awaitingHeld.add(resolve));
  }

  /** Answers all requests that are held. */
  release(): void {
    for (const response of this.#held) this.#respond(response);
    this.#held.clear();
  }

  /** Closes its port and breaks all connections, as a process does that dies. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #listen(host: string, port: number): Promise<void> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    request.resume();
    const path = request.url?.split('?')[0];
    if (path === '/healthz') {
      response.writeHead(this.ready ? 200 : 503).end();
      return;
    }
    this.served += 1;
    if (!this.ready) this.servedUnready += 1;
    if (path === HELD_PATH) this.#hold(response);
    else {
      this.latest = request.headers;
      this.#respond(response);
    }
  }

  #hold(response: ServerResponse): void {
    this.#held.add(response);
    response.once('close', () => this.#held.delete(response));
    for (const wake of this.#awaitingHeld) wake();
    this.#awaitingHeld.clear();
  }

  #respond(response: ServerResponse): void {
    response.writeHead(200, { [SIDE_HEADER]: this.side, 'content-length': 2 }).end('ok');
  }
}
