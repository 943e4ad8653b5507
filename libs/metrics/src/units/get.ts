import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { types } from 'node:util';
import type { Unit } from '#domain';
import { type Failure, failure, type Outcome } from './failure.js';

export interface GetOptions {
  /** For everything, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** An answer with more bytes than this is not read any further. */
  readonly maxBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Status codes that are handed on. Default: 200 alone. */
  readonly accept?: readonly number[];
}

/** An answer whose body has not been read yet. Who does not read it to its end simply stops. */
export interface UnitAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Thrown by a reader of a body for an answer that makes no sense; becomes the failure `bad-answer`. */
export class BadAnswer extends Error {
  override readonly name = 'BadAnswer';
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

const TROUBLES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'refuses connections'],
  ['ECONNRESET', 'cut the connection'],
  ['EPIPE', 'cut the connection'],
  ['ENOTFOUND', 'has an address that cannot be resolved'],
  ['EAI_AGAIN', 'has an address that cannot be resolved now'],
  ['EHOSTUNREACH', 'cannot be reached'],
  ['ENETUNREACH', 'cannot be reached'],
  ['ETIMEDOUT', 'did not answer'],
]);

/**
 * Asks a unit for a path over HTTP and lets `read` make something of the answer. Connections are not kept: one that
 * the unit closes at the same moment would look like trouble. Redirections are not followed, nothing is compressed.
 *
 * @returns what `read` returned, or what went wrong. It throws only what `read` throws by itself.
 */
export async function getFromUnit<T>(
  unit: Unit,
  path: string,
  options: GetOptions,
  read: (answer: UnitAnswer) => Promise<T>,
): Promise<Outcome<T>> {
  if (unit.address === undefined) return failure('no-address', 'has no address');
  const address = `http://${unit.address}${path}`;
  if (!URL.canParse(address)) return failure('no-address', `has an address that is none: ${unit.address}`);
  if (options.signal?.aborted) return failure('cancelled', 'was not asked any more');

  const end = new AbortController();
  const onAbort = (): void => end.abort();
  options.signal?.addEventListener('abort', onAbort, { once: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    end.abort();
  }, options.timeoutMs);
  try {
    const message = await ask(new URL(address), options.headers ?? {}, end.signal);
    const status = message.statusCode ?? 0;
    if (!(options.accept ?? [200]).includes(status)) return failure('refused', `answers ${path} with ${status}`);
    const body = bounded(message, options.maxBytes);
    return { ok: true, value: await read({ status, headers: message.headers, body }) };
  } catch (error) {
    if (options.signal?.aborted) return failure('cancelled', 'was not asked to the end');
    if (timedOut) return failure('timed-out', `did not answer within ${options.timeoutMs} ms`);
    const known = asFailure(error, path, options.maxBytes);
    if (known) return known;
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', onAbort);
    end.abort();
  }
}

function ask(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent: false, headers: { connection: 'close', ...headers }, signal });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end();
  });
}

async function* bounded(message: IncomingMessage, maxBytes: number): AsyncIterable<Uint8Array> {
  let size = 0;
  for await (const chunk of message) {
    const bytes: Uint8Array = chunk;
    size += bytes.length;
    if (size > maxBytes) throw new TooLarge();
    yield bytes;
  }
}

/** What an error means for the unit; null when it is nobody's but ours. */
function asFailure(error: unknown, path: string, maxBytes: number): Failure | null {
  if (error instanceof TooLarge) return failure('too-large', `answers ${path} with more than ${maxBytes} bytes`);
  if (error instanceof BadAnswer) return failure('bad-answer', error.message);
  if (!types.isNativeError(error) || !('code' in error) || typeof error.code !== 'string') return null;
  if (error.code.startsWith('HPE_')) return failure('bad-answer', 'does not speak HTTP');
  const trouble = TROUBLES.get(error.code);
  if (trouble) return failure('unreachable', trouble);
  return 'syscall' in error ? failure('unreachable', `cannot be reached: ${error.code}`) : null;
}
