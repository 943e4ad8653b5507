import { type IncomingMessage, request } from 'node:http';
import { hasCode } from '../node-error.js';

export interface Question {
  /** `host:port` */
  readonly address: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For everything, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** An answer may be longer; the rest of it is not read. */
const MAX_BYTES = 65_536;

/**
 * Sends one GET over a connection of its own and lets the answer come in.
 *
 * @returns null when it was answered with less than 500; else what went wrong, completing “unit web-a …”
 */
export async function askUnit({ address, path, headers, timeoutMs, signal }: Question): Promise<string | null> {
  const text = `http://${address}${path}`;
  if (!URL.canParse(text)) return `cannot be asked for ${path}`;
  const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(timeoutMs)));
  const end = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    const answer = await send(new URL(text), headers, end);
    await discard(answer);
    const status = answer.statusCode ?? 0;
    return status < 500 ? null : `answered ${path} with ${status}`;
  } catch (error) {
    if (signal?.aborted) return 'was not asked to the end';
    if (timeout.aborted) return `did not answer ${path} within ${Math.ceil(timeoutMs)} ms`;
    if (!hasCode(error)) throw error;
    return `could not be asked for ${path}: ${error.code}`;
  }
}

function send(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, headers: { connection: 'close', ...headers }, signal });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function discard(answer: IncomingMessage): Promise<void> {
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > MAX_BYTES) return;
  }
}
