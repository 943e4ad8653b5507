import { connect, type Socket } from 'node:net';
import { splitHostPort } from '#domain';
import { RouterError } from '../errors.js';
import type { TimeLimit } from '../time-limit.js';

/** No answer that is wanted here comes near to this. */
const LONGEST_ANSWER = 16 * 1024 * 1024;
/** HAProxy answers within milliseconds; one that takes this long does not answer any more. */
const COMMAND_MS = 5_000;

/**
 * HAProxy's Runtime API: a connection for each line of commands, closed by HAProxy after the answer. The answer of each
 * command ends with an empty line, by which a whole one is told from one that was cut off.
 */
export class RuntimeApi {
  /** @param admin the path of a Unix socket, or `host:port` */
  constructor(
    private readonly admin: string,
    private readonly commandMs = COMMAND_MS,
  ) {}

  /**
   * The answer to one command that reads, without the empty line at its end.
   *
   * @throws RouterError `unreachable`, `timed-out`, `interrupted`, `refused`, `bad-answer`
   */
  async ask(command: string, limit: TimeLimit): Promise<string> {
    const answer = await this.#send(command, limit);
    if (!/(^|\n)\n$/.test(answer)) throw cutOff(command);
    if (/^(Unknown|Permission denied|No such)/.test(answer)) throw new RouterError('refused', saying(command, answer));
    return answer.slice(0, -1);
  }

  /**
   * Has commands carried out that say nothing when they work, one right after the other.
   *
   * @throws RouterError as {@link ask}; `refused` when HAProxy has something to say.
   */
  async tell(commands: readonly string[], limit: TimeLimit): Promise<void> {
    const line = commands.join('; ');
    const answer = await this.#send(line, limit);
    if (answer.trim() !== '') throw new RouterError('refused', saying(line, answer));
    if (answer.length < commands.length) throw cutOff(line);
  }

  #send(line: string, limit: TimeLimit): Promise<string> {
    const undone = `HAProxy did not do "${line}"`;
    limit.check(undone);
    return new Promise((resolve, reject) => {
      const socket = this.#connect();
      const chunks: Buffer[] = [];
      let length = 0;
      const stop = () => settle(limit.error(undone));
      const settle = (outcome: RouterError | string) => {
        clearTimeout(impatience);
        limit.signal.removeEventListener('abort', stop);
        socket.destroy();
        if (outcome instanceof RouterError) reject(outcome);
        else resolve(outcome);
      };
      const silent = () => settle(new RouterError('unreachable', `HAProxy does not answer "${line}"`));
      const impatience = setTimeout(silent, this.commandMs);
      limit.signal.addEventListener('abort', stop);
      socket.on('error', (error) => settle(this.#failure(error)));
      socket.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > LONGEST_ANSWER) settle(new RouterError('bad-answer', `HAProxy's answer to "${line}" has no end`));
      });
      socket.on('end', () => settle(Buffer.concat(chunks).toString('utf8')));
      socket.write(`${line}\n`);
    });
  }

  #connect(): Socket {
    const place = splitHostPort(this.admin);
    return place === null ? connect({ path: this.admin }) : connect(place);
  }

  #failure(error: NodeJS.ErrnoException): RouterError {
    const code = error.code === 'EACCES' || error.code === 'EPERM' ? 'refused' : 'unreachable';
    return new RouterError(code, `HAProxy cannot be reached at ${this.admin}: ${error.message}`, { cause: error });
  }
}

function cutOff(line: string): RouterError {
  return new RouterError('unreachable', `HAProxy went away while it answered "${line}"`);
}

function saying(line: string, answer: string): string {
  return `HAProxy does not do "${line}": ${answer.trim().split('\n')[0]}`;
}
