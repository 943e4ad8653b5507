import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a unit says of a request that it got. */
export interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A unit that is always ready by its own account, and then answers as a spec wants it to. */
export class FickleUnit {
  /** `echo` answers with an {@link Echo}; a number is the status to answer with; `break` is no answer at all. */
  behaviour: 'echo' | 'break' | 'hang' | number = 'echo';
  readonly got: Echo[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      // A connection that breaks before the body has come is what the spec is about.
      request.on('error', () => response.destroy());
      this.#answer(request, response);
    });
  }

  static async start(): Promise<FickleUnit> {
    const unit = new FickleUnit();
    unit.#server.listen(0, '127.0.0.1');
    await once(unit.#server, 'listening');
    return unit;
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/healthz') {
      response.end();
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const { method = '', url = '', headers } = request;
      const echo = { method, url, headers, body: Buffer.concat(chunks).toString() };
      this.got.push(echo);
      if (this.behaviour === 'break') request.socket.destroy();
      else if (this.behaviour === 'echo') response.end(JSON.stringify(echo));
      else if (this.behaviour !== 'hang') response.writeHead(this.behaviour).end('refused');
    });
  }
}
