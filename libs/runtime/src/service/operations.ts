import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What whoever runs a service may ask it. */
export interface OperationsOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  readonly metrics: Registry;
  /** Whether the service takes part now: it has recovered and is not about to end. */
  readonly isReady: () => boolean;
}

/**
 * Answers `/healthz` (the process runs), `/readyz` (200 or 503) and `/metrics` (Prometheus). It says nothing that is
 * secret, takes nothing in, and belongs in the network of whoever runs the service.
 */
export class Operations {
  private constructor(private readonly server: Server) {}

  /** @throws what `listen` does, such as EADDRINUSE */
  static async start(options: OperationsOptions): Promise<Operations> {
    const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
      answer(request.url?.split('?')[0] ?? '/', response, options).catch((error: unknown) => {
        response.writeHead(500).end(`${error instanceof Error ? error.message : 'failed'}\n`);
      });
    });
    server.maxConnections = 100;
    server.listen(options.port, options.host);
    await once(server, 'listening');
    return new Operations(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

async function answer(path: string, response: ServerResponse, { metrics, isReady }: OperationsOptions): Promise<void> {
  switch (path) {
    case '/healthz':
      response.writeHead(200).end('up\n');
      return;
    case '/readyz':
      response.writeHead(isReady() ? 200 : 503).end(isReady() ? 'ready\n' : 'not ready\n');
      return;
    case '/metrics': {
      const text = await metrics.metrics();
      response.writeHead(200, { 'content-type': metrics.contentType }).end(text);
      return;
    }
    default:
      response.writeHead(404).end('there is /healthz, /readyz and /metrics\n');
  }
}
