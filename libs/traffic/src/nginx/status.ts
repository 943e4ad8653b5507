import { RouterError } from '../errors.js';
import { isSystemError } from '../node-error.js';
import type { TimeLimit } from '../time-limit.js';
import { httpGet } from './http-get.js';

/** What one worker of nginx says of itself. */
export interface Status {
  /** The identity of the split by which it divides. */
  readonly identity: string;
  readonly pid: number;
}

const STATUS = /^(internal=\d+ production=\d+) pid=(\d+)\n$/;

/**
 * Asks one of the workers of nginx, whichever gets the connection, by which split it divides.
 * @throws RouterError `unreachable`, `bad-answer`, `timed-out`, `interrupted`
 */
export async function askStatus(place: string, limit: TimeLimit): Promise<Status> {
  limit.check('nginx was not asked');
  let answer: Awaited<ReturnType<typeof httpGet>>;
  try {
    answer = await httpGet(place, '/sluice/split', limit.signal);
  } catch (cause) {
    limit.check(`nginx did not answer at ${place}`);
    // What is no error of a socket is one of HTTP: somebody else answers there.
    const code = isSystemError(cause) || isSystemError(cause, 'ECONNRESET') ? 'unreachable' : 'bad-answer';
    throw new RouterError(code, `nginx does not say at ${place} how it divides: ${String(cause)}`, { cause });
  }
  const [, identity, pid] = STATUS.exec(answer.body) ?? [];
  if (answer.status !== 200 || identity === undefined) {
    throw new RouterError(
      'bad-answer',
      `what answers at ${place} (${answer.status}) is not the generated configuration`,
    );
  }
  return { identity, pid: Number(pid) };
}
