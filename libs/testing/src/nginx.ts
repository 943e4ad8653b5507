import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { types } from 'node:util';
import { describe, jest } from '@jest/globals';
import { installedProgram } from './installed-program.js';
import { ServerProcess } from './server-process.js';
import { until } from './until.js';

const BINARY = installedProgram('nginx', 'NGINX_BIN');
const START_TIMEOUT_MS = 10_000;

/**
 * A real `nginx` in the foreground, with its configuration, pid, logs and temporary files in a directory of its own. The
 * binary is `NGINX_BIN`, or `nginx` on the PATH or in `/usr/sbin`.
 */
export class NginxServer {
  /** Checks the configuration, as an operator would have it done. */
  readonly test: string[];
  /** Makes it read the configuration again. */
  readonly reload: string[];
  #process: ServerProcess | null = null;

  private constructor(
    readonly dir: string,
    private readonly workerCount: number,
  ) {
    const command = [BINARY ?? 'nginx', '-p', dir, '-c', join(dir, 'nginx.conf'), '-e', join(dir, 'error.log')];
    this.test = [...command, '-t', '-q'];
    this.reload = [...command, '-s', 'reload'];
  }

  /** Makes the directory; nothing runs yet. */
  static async prepare({ workers = 1 }: { readonly workers?: number } = {}): Promise<NginxServer> {
    return new NginxServer(await mkdtemp(join(tmpdir(), 'sluice-nginx-')), workers);
  }

  /** Writes what stands within `http { }`, for the next start or reload. */
  async configure(http: string): Promise<void> {
    await writeFile(join(this.dir, 'http.conf'), http);
    await writeFile(join(this.dir, 'nginx.conf'), mainConfiguration(this.dir, this.workerCount));
  }

  /** Resolves when all workers run. @throws with its log when it ends instead. */
  async start(): Promise<void> {
    const [program = '', ...args] = this.test.slice(0, -2);
    // A master that is told to end also ends its workers; one that is killed does not.
    const running = new ServerProcess(spawn(program, [...args, '-g', 'daemon off;'], { stdio: 'ignore' }), 'TERM');
    this.#process = running;
    await until(
      'nginx has started',
      async () => {
        if (running.isOver) throw new Error(`nginx ended while starting\n${await this.errors()}`);
        return (await this.#titles()).filter((title) => title === 'nginx: worker process').length === this.workerCount;
      },
      START_TIMEOUT_MS,
    );
  }

  /** Only workers that take requests run, and none of those that it had before its last reload. */
  async settled(): Promise<void> {
    const what = 'earlier workers of nginx take no requests any more';
    await until(what, async () => (await this.accepting()) === this.workerCount);
  }

  /** How many workers take requests, among them those from before a reload that have not been told to end. */
  async accepting(): Promise<number> {
    return (await this.#titles()).filter((title) => title !== 'nginx: worker process is shutting down').length;
  }

  /** What it has written to its error log. */
  async errors(): Promise<string> {
    return readFile(join(this.dir, 'error.log'), 'utf8');
  }

  /** Ends it at once; requests under way are lost. The directory stays. */
  async end(): Promise<void> {
    await this.#process?.end('SIGTERM');
  }

  /** {@link end}, and the directory is gone. */
  async stop(): Promise<void> {
    await this.end();
    await rm(this.dir, { recursive: true, force: true });
  }

  async #titles(): Promise<string[]> {
    const pid = this.#process?.child.pid;
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
    const titles = await Promise.all(children.map(titleOf));
    return titles.filter((title) => title !== '');
  }
}

/** `describe` for suites that need nginx; says loudly that they are skipped where there is none. */
export const describeWithNginx: (name: string, suite: () => void) => void = (name, suite) => {
  if (BINARY) {
    // It takes its time to start on a busy machine.
    jest.setTimeout(30_000);
    describe(name, suite);
    return;
  }
  console.warn(`SKIPPED: ${name}: there is no nginx (Debian: apt-get install nginx-light; macOS: brew install nginx)`);
  describe.skip(name, suite);
};

/** Empty for a process that has ended. */
async function titleOf(pid: string): Promise<string> {
  try {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replace(/\0+$/, '');
  } catch (error) {
    if (types.isNativeError(error) && 'syscall' in error) return '';
    throw error;
  }
}

function mainConfiguration(dir: string, workers: number): string {
  // As root it would give its workers to a user who may not enter the directory.
  const user = process.getuid?.() === 0 ? 'user root;' : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `    ${kind}_temp_path ${join(dir, kind)};`,
  );
  return `${user}
worker_processes ${workers};
pid ${join(dir, 'nginx.pid')};
error_log ${join(dir, 'error.log')} notice;
events { worker_connections 1024; }
http {
    access_log off;
${temporary.join('\n')}
    include ${join(dir, 'http.conf')};
}
`;
}
