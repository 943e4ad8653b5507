import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNoAnswer } from '../../deploy/local/no-answer.mjs';

/** A NATS server that was cut off needs up to a minute after it is there again. */
const AWAY_MS = 120_000;

interface Answer {
  readonly status: number;
  // Answers are looked at field by field in the tests that ask for them.
  readonly body: Record<string, never>;
}

interface Ask {
  readonly as?: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly headers?: Record<string, string>;
  readonly timeoutMs?: number;
}

/** The gateway's HTTP interface, for whoever the tokens file names. */
export class Api {
  private tokens: Map<string, string> | null = null;

  constructor(
    readonly url: string,
    private readonly data: string,
  ) {}

  async ask(
    method: string,
    path: string,
    { as = 'admin', body, key = randomUUID(), headers = {}, timeoutMs = 15_000 }: Ask = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await this.token(as)}`,
        ...(method === 'POST' ? { 'idempotency-key': key, 'content-type': 'application/json' } : {}),
        ...headers,
      },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, never> };
  }

  /** Asks until a service that is away is back: the same command under the same key. */
  async insist(method: string, path: string, ask: Ask = {}): Promise<Answer> {
    const same = { ...ask, key: ask.key ?? randomUUID() };
    const deadline = Date.now() + AWAY_MS;
    for (;;) {
      const answer = await this.ask(method, path, same).catch((error: unknown) => {
        if (isNoAnswer(error)) return null;
        throw error;
      });
      if (answer && answer.status !== 503) return answer;
      if (Date.now() > deadline) throw new Error(`${method} ${path} is not answered`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async token(name: string): Promise<string> {
    if (!this.tokens) {
      const text = await readFile(join(this.data, 'tokens.json'), 'utf8');
      const file = JSON.parse(text) as { tokens: { name: string; token: string }[] };
      this.tokens = new Map(file.tokens.map((entry) => [entry.name, entry.token]));
    }
    const token = this.tokens.get(name);
    if (!token) throw new Error(`the tokens file has no ${name}`);
    return token;
  }
}
