import { spawn } from 'node:child_process';
import { DriverError, passedOn, resolveCommand } from '#drivers';
import { RouterError } from '../errors.js';
import type { RouterSettings } from '../settings.js';
import type { TimeLimit } from '../time-limit.js';

const OUTPUT_KEPT = 4_000;

/** How a command ended: its exit code (null when a signal ended it) and the end of what it printed. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/**
 * Runs a program with its arguments, without a shell and without the secrets that stand in this process's environment.
 * When the time is over it is killed, and nobody waits for what it may have left behind.
 *
 * @throws RouterError `refused` when it may not or cannot be started; `timed-out`; `interrupted`
 */
export async function run(
  command: readonly string[],
  limit: TimeLimit,
  { allow, environment = process.env }: RouterSettings = {},
): Promise<CommandResult> {
  limit.check(`${command[0]} was not started`);
  const env = passedOn(environment);
  const [program, ...args] = await resolved(command, env.PATH ?? '', allow);
  return new Promise((resolve, reject) => {
    let output = '';
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => {
      child.kill('SIGKILL');
      // A process that it started may hold them open.
      child.stdout.destroy();
      child.stderr.destroy();
      reject(limit.error(`${program} did not end`));
    };
    limit.signal.addEventListener('abort', kill, { once: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-OUTPUT_KEPT);
      });
    }
    child.once('error', (cause) => {
      limit.signal.removeEventListener('abort', kill);
      reject(new RouterError('refused', `${program} cannot be run: ${cause.message}`, { cause }));
    });
    child.once('close', (code) => {
      limit.signal.removeEventListener('abort', kill);
      resolve({ code, output: output.trim() });
    });
  });
}

async function resolved(
  command: readonly string[],
  searchPath: string,
  allow: readonly string[] | undefined,
): Promise<[string, ...string[]]> {
  try {
    return await resolveCommand(command, searchPath, allow);
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    throw new RouterError('refused', error.message, { cause: error });
  }
}
