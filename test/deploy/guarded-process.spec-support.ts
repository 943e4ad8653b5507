import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program until its standard input ends, which it does however the process of the spec comes to its end. */
const UNTIL_INPUT_ENDS = '"$@" & server=$!; cat; kill -KILL $server; wait $server';

/** A server that runs for a spec, and no longer than the process that started it. */
export class GuardedProcess {
  private readonly guard: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(command: readonly string[], environment: Readonly<Record<string, string>>) {
    const env = { PATH: process.env.PATH, ...environment };
    const args = ['-c', UNTIL_INPUT_ENDS, 'guard', ...command];
    this.guard = spawn('sh', args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
    this.ended = once(this.guard, 'exit');
  }

  /** Settles when the server has ended. */
  async end(): Promise<void> {
    this.guard.stdin?.end();
    await this.ended;
  }
}
