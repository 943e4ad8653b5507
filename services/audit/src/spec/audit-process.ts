import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** As it was built: `npm test` builds first. */
const BUILT = join(import.meta.dirname, '../../../../dist/services/audit/src');
const LOG_KEPT = 20_000;

/** The audit service as a process of its own. */
export class AuditProcess {
  /** What it has printed, the end of it. */
  log = '';
  private readonly child: ChildProcess;
  private readonly exited: Promise<unknown[]>;
  private heard: () => void = () => undefined;

  constructor(env: Readonly<Record<string, string>>, program: 'main.js' | 'migrate.js' = 'main.js') {
    this.child = spawn(process.execPath, ['--no-warnings', join(BUILT, program)], {
      // Started again, it leads at once.
      env: { PATH: process.env.PATH, INSTANCE: 'audit', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.exited = once(this.child, 'exit');
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => this.hear(String(chunk)));
  }

  /** Resolves when it answers. @throws Error with its log when it ends instead */
  async ready(): Promise<void> {
    const died = this.exited.then(() => Promise.reject(new Error(`the audit ended:\n${this.log}`)));
    died.catch(() => undefined);
    const ready = new Promise<void>((resolve) => {
      this.heard = () => {
        if (this.log.includes('"msg":"ready"')) resolve();
      };
    });
    await Promise.race([ready, died]);
  }

  /** Resolves with its exit code once it has ended by itself. */
  async ended(): Promise<number | null> {
    const [code] = await this.exited;
    return code as number | null;
  }

  /** Ends it as a crash does, unless another signal is given. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await this.exited;
  }

  private hear(text: string): void {
    this.log = (this.log + text).slice(-LOG_KEPT);
    this.heard();
  }
}
