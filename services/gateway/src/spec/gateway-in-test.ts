import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { EventStore } from '#event-store';
import { createLogger, EVENT_STORE } from '#runtime';
import { GatewayConfig, tokenFileOf } from '../config.js';
import { createGateway } from '../gateway.js';

interface Ask {
  /** Whose token goes along, by name; null for none. */
  readonly as?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is text. */
  readonly body?: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer read as JSON. */
  readonly body: Record<string, unknown>;
}

/** A gateway as `main.ts` makes it, listening on a port of its own, with a directory of its own. */
export class GatewayInTest {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly url: string,
    readonly tokenFile: string,
    private readonly data: string,
    private tokens: ReadonlyMap<string, string>,
  ) {}

  static async start(environment: Readonly<Record<string, string>>): Promise<GatewayInTest> {
    const data = await mkdtemp(join(tmpdir(), 'sluice-gateway-'));
    const config = GatewayConfig.parse({ SLUICE_DATA: data, LOG_LEVEL: 'silent', ...environment });
    const app = await createGateway(config, createLogger('gateway', config.LOG_LEVEL));
    await app.listen(0, '127.0.0.1');
    const gateway = new GatewayInTest(app, await app.getUrl(), tokenFileOf(config), data, new Map());
    await gateway.readTokens();
    return gateway;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await rm(this.data, { recursive: true, force: true });
  }

  get store(): EventStore {
    return this.app.get<EventStore>(EVENT_STORE);
  }

  tokenOf(name: string): string {
    const token = this.tokens.get(name);
    if (!token) throw new Error(`there is no token for ${name}`);
    return token;
  }

  authorization(name: string): { authorization: string } {
    return { authorization: `Bearer ${this.tokenOf(name)}` };
  }

  get(path: string, ask: Ask = {}): Promise<Answer> {
    return this.ask('GET', path, ask);
  }

  post(path: string, ask: Ask = {}): Promise<Answer> {
    return this.ask('POST', path, ask);
  }

  async ask(method: string, path: string, { as = 'admin', headers = {}, body }: Ask): Promise<Answer> {
    const isText = typeof body === 'string';
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...(as === null ? {} : this.authorization(as)),
        ...(body === undefined || isText ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : {} };
  }

  private async readTokens(): Promise<void> {
    const { tokens } = JSON.parse(await readFile(this.tokenFile, 'utf8'));
    this.tokens = new Map(tokens.map(({ name, token }: { name: string; token: string }) => [name, token]));
  }
}
