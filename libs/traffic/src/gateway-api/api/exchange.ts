import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Credentials } from './credentials.js';

export interface Question {
  readonly method: 'GET' | 'PATCH';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** An answer with more than this many bytes is not read any further. */
const MAX_BYTES = 8_388_608;

/** The answer is longer than anything that is asked for here. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * One request and its answer over a connection of its own: one that is kept could be closed by the other side at the same
 * moment, which looks like trouble. Redirections are not followed, so that the token goes nowhere else.
 *
 * @throws TooLarge, and whatever node's HTTP client throws.
 */
export async function exchange(question: Question, { token, ca }: Credentials): Promise<Answer> {
  const headers: OutgoingHttpHeaders = { accept: 'application/json', connection: 'close', ...question.headers };
  if (token !== undefined) headers.authorization = `Bearer ${token}`;
  const body = question.body === undefined ? undefined : Buffer.from(question.body);
  if (body) headers['content-length'] = body.length;
  const options = { method: question.method, headers, agent: false, signal: question.signal };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing =
      question.url.protocol === 'https:'
        ? requestHttps(question.url, { ...options, ...(ca === undefined ? {} : { ca }) })
        : requestHttp(question.url, options);
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
  });
  return { status: message.statusCode ?? 0, text: await textOf(message) };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop early destroys the connection too.
  for await (const chunk of message) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > MAX_BYTES) throw new TooLarge(`more than ${MAX_BYTES} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
