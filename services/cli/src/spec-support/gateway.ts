import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A request as it came over the wire. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}
/** A JSON answer, or whatever a function does with the response. */
export type Reply =
  | { readonly status?: number; readonly body: unknown; readonly headers?: Readonly<Record<string, string>> }
  | ((asked: Asked, response: ServerResponse) => void);

/** An HTTP server that answers as the gateway does, to what it was told of; everything else is not found. */
export class Gateway {
  url = '';
  readonly asked: Asked[] = [];
  readonly #replies = new Map<string, Reply[]>();
  readonly #server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://gateway');
    const raw = await text(request);
    const method = request.method ?? '';
    const asked: Asked = {
      method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      body: raw ? JSON.parse(raw) : undefined,
    };
    this.asked.push(asked);
    const reply = this.#replyTo(`${method} ${pathname}`);
    if (typeof reply === 'function') reply(asked, response);
    else {
      const { status = 200, body, headers = {} } = reply;
      const type = status >= 400 ? 'application/problem+json' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
    }
  });

  static async start(): Promise<Gateway> {
    const gateway = new Gateway();
    await new Promise<void>((resolve) => gateway.#server.listen(0, '127.0.0.1', resolve));
    gateway.url = `http://127.0.0.1:${(gateway.#server.address() as AddressInfo).port}`;
    return gateway;
  }

  /** Several replies are given one after another, the last of them again and again. */
  on(route: string, ...replies: readonly Reply[]): this {
    this.#replies.set(route, [...replies]);
    return this;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #replyTo(route: string): Reply {
    const replies = this.#replies.get(route) ?? [];
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    return reply ?? problem(404, 'NOT_FOUND', `there is no ${route}`);
  }
}

/** A problem document as the gateway makes it. */
export function problem(status: number, code: string, detail: string, more: Readonly<Record<string, unknown>> = {}) {
  const title = code.toLowerCase().replaceAll('_', ' ');
  const type = `urn:sluice:problem:${title.replaceAll(' ', '-')}`;
  return { status, body: { type, title, status, detail, code, ...more } };
}
