import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ending {
  /** How long it may take to end in good order, before it is killed. Default: 5,000. */
  readonly patienceMs?: number;
}

/** A server that runs for a spec, and no longer than the process that started it. */
export class ServerProcess {
  readonly #exited: Promise<unknown>;
  readonly #guard: ChildProcess;

  /** @param guardSignal what ends the server, and all processes of its own, when this process has gone */
  constructor(
    readonly child: ChildProcess,
    guardSignal: 'KILL' | 'TERM' = 'KILL',
  ) {
    this.#exited = this.isOver ? Promise.resolve() : once(child, 'exit');
    // However this process ends, its end of the pipe is closed then, and the guard ends the server.
    this.#guard = spawn('sh', ['-c', `cat; kill -${guardSignal} "$1"`, 'guard', String(child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  }

  /** It has ended, or could not be started. */
  get isOver(): boolean {
    const { pid, exitCode, signalCode } = this.child;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  /** Settles when it has ended. */
  async end(signal: NodeJS.Signals, { patienceMs = 5_000 }: Ending = {}): Promise<void> {
    this.#guard.kill();
    if (this.isOver) return;
    this.child.kill(signal);
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), patienceMs);
    await this.#exited;
    clearTimeout(impatience);
  }
}
