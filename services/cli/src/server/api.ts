import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanAll } from '../text/clean.js';
import { whyNoAnswer } from './no-answer.js';
import { failureOf, unreachable } from './problem.js';
import type { Server } from './settings.js';

/** How a change is asked for. */
export interface Order {
  /** The same key is carried out once, however often it is sent. */
  readonly key?: string | undefined;
  /** Only if the release is at this revision still. */
  readonly ifRevision?: number | undefined;
}
export type Query = Readonly<Record<string, string | number | undefined>>;

/** For what reads or writes the whole log. */
export const PATIENT_MS = 600_000;
const USUAL_MS = 60_000;
const LONGEST_WAIT_MS = 3_000;
const AFTER_A_FAILURE_MS = 500;

interface Request {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
interface Answer {
  readonly status: number;
  readonly body: string;
  readonly retryAfter: string | null;
}
/** No answer: the connection failed, or there was none in time. */
interface Silence {
  readonly why: string;
  readonly timedOut: boolean;
}

/** The HTTP interface as one person uses it. Everything throws CommandFailure for an answer that is not a success. */
export class Api {
  readonly #server: Server;
  readonly #readable: boolean;

  /** `readable`: answers are shown to people, so their texts are cleaned of what a terminal would act on. */
  constructor(server: Server, { readable }: { readonly readable: boolean }) {
    this.#server = server;
    this.#readable = readable;
  }

  get url(): string {
    return this.#server.url;
  }

  get<T>(path: string, query: Query = {}, timeoutMs = USUAL_MS): Promise<T> {
    return this.#ask<T>(`${path}${queryText(query)}`, { method: 'GET' }, timeoutMs);
  }

  post<T>(path: string, body: unknown, order: Order = {}, timeoutMs = USUAL_MS): Promise<T> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'idempotency-key': order.key ?? randomUUID(),
    };
    if (order.ifRevision !== undefined) headers['if-match'] = `"${order.ifRevision}"`;
    return this.#ask<T>(path, { method: 'POST', headers, body: JSON.stringify(body) }, timeoutMs);
  }

  /** Opens a feed. Rejects with what `fetch` rejects with when nothing answers. */
  async openFeed(path: string, query: Query, lastEventId: string | undefined, signal: AbortSignal): Promise<Response> {
    const headers = this.#headers({
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    });
    const url = `${this.url}${path}${queryText(query)}`;
    const response = await fetch(url, { headers, signal, redirect: 'error' });
    if (response.ok) return response;
    throw failureOf(response.status, this.parse(await response.text()), this.url);
  }

  /** Reads a text of the service: undefined when it is not JSON. */
  parse(text: string): unknown {
    const value = parseJson(text);
    return this.#readable ? cleanAll(value) : value;
  }

  async #ask<T>(path: string, request: Request, timeoutMs: number): Promise<T> {
    const answer = await this.#send(path, request, timeoutMs);
    if ('why' in answer) throw unreachable(this.url, answer.why);
    const body = this.parse(answer.body);
    if (answer.status >= 300) throw failureOf(answer.status, body, this.url);
    if (body === undefined) throw unreachable(this.url, `what answers at ${this.url} is not Sluice`);
    // The answers come from our own services; their shapes are the contracts'.
    return body as T;
  }

  /** Once more when that may help: the key of the request makes sure that nothing is done twice. */
  async #send(path: string, request: Request, timeoutMs: number): Promise<Answer | Silence> {
    const first = await this.#attempt(path, request, timeoutMs);
    const waitMs = worthRepeatingAfter(first);
    if (waitMs === undefined) return first;
    await sleep(waitMs);
    return this.#attempt(path, request, timeoutMs);
  }

  async #attempt(path: string, request: Request, timeoutMs: number): Promise<Answer | Silence> {
    const headers = this.#headers(request.headers);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${this.url}${path}`, { ...request, headers, signal, redirect: 'error' });
      const retryAfter = response.headers.get('retry-after');
      return { status: response.status, body: await response.text(), retryAfter };
    } catch (error) {
      const why = whyNoAnswer(error, this.url);
      if (why === undefined) throw error;
      return { why, timedOut: signal.aborted };
    }
  }

  #headers(others: Request['headers']): Record<string, string> {
    const { token, traceparent } = this.#server;
    const headers = { accept: 'application/json', ...others, authorization: `Bearer ${token}` };
    return traceparent === undefined ? headers : { ...headers, traceparent };
  }
}

function worthRepeatingAfter(answer: Answer | Silence): number | undefined {
  if ('why' in answer) return answer.timedOut ? undefined : AFTER_A_FAILURE_MS;
  if (answer.status !== 503 || answer.retryAfter === null) return undefined;
  const waitMs = Number(answer.retryAfter) * 1_000;
  return waitMs >= 0 && waitMs <= LONGEST_WAIT_MS ? waitMs : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function queryText(query: Query): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) text.append(name, String(value));
  return text.size > 0 ? `?${text}` : '';
}
