import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';
import { until } from './until.js';

/** A real HAProxy in the foreground of a process of its own. */
export interface Haproxy {
  readonly pid: number;
  /** What it has logged on standard output since the first start, line by line. */
  log(): Promise<string[]>;
  /** Ends it as a crash does (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again with the same configuration, after ending it if it runs. */
  restart(): Promise<void>;
  /** Ends it in good order, within a second. */
  stop(): Promise<void>;
}

export interface HaproxyFiles {
  /** Holds its configuration and its log. */
  readonly folder: string;
  readonly configuration: string;
  /** Its admin socket in that configuration: a path. It runs when this takes connections. */
  readonly admin: string;
}

const START_TIMEOUT_MS = 10_000;

/** `HAPROXY_BIN`, or where Debian and others have it; undefined when there is none. */
function binary(): string | undefined {
  if (process.env.HAPROXY_BIN !== undefined) return process.env.HAPROXY_BIN;
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, 'haproxy')).find((file) => existsSync(file));
}

/** A suite that needs HAProxy; where there is none it is skipped, and its name says so. */
export function describeWithHaproxy(name: string, suite: () => void): void {
  if (binary() !== undefined) describe(name, suite);
  else describe.skip(`SKIPPED, there is no haproxy (Debian: apt-get install haproxy): ${name}`, suite);
}

/** Starts HAProxy. @throws when it ends or hangs instead of starting; with what it printed. */
export async function startHaproxy(files: HaproxyFiles): Promise<Haproxy> {
  await writeFile(join(files.folder, 'haproxy.cfg'), files.configuration);
  let running = await Running.start(files);
  return {
    get pid() {
      return running.child.pid ?? 0;
    },
    log: async () => (await readFile(logFile(files.folder), 'utf8')).split('\n').filter((line) => line !== ''),
    kill: () => running.end('SIGKILL'),
    restart: async () => {
      await running.end('SIGTERM');
      running = await Running.start(files);
    },
    stop: () => running.end('SIGTERM'),
  };
}

/** What `haproxy -c` has to say: `valid` is its exit code, 0. */
export async function checkHaproxyConfiguration(file: string): Promise<{ valid: boolean; output: string }> {
  const child = spawn(found(), ['-c', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { valid: code === 0, output };
}

/**
 * Ports of 127.0.0.1 that are free, all different, for a server that has to be told its ports. They are not kept until it
 * takes them; so they are none of those that the system gives to connections, of which it may make hundreds meanwhile.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return false;
  }
  await once(server.close(), 'close');
  return true;
}

class Running {
  readonly #guard: ChildProcess;
  readonly #exited: Promise<unknown>;

  private constructor(readonly child: ChildProcess) {
    this.#exited = isOver(child) ? Promise.resolve() : once(child, 'exit');
    // However this process ends, its end of the pipe is closed then, and the guard ends HAProxy.
    this.#guard = spawn('sh', ['-c', 'cat; kill -9 "$1"', 'guard', String(child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  }

  static async start({ folder, admin }: HaproxyFiles): Promise<Running> {
    const log = await open(logFile(folder), 'a');
    const child = spawn(found(), ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: ['ignore', log.fd, 'pipe'] });
    await log.close();
    let output = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      output = (output + chunk).slice(-10_000);
    });
    const running = new Running(child);
    try {
      await until('haproxy runs', () => isOver(child) || takesConnections(admin), START_TIMEOUT_MS);
      if (isOver(child)) throw new Error(`haproxy ended while starting\n${output}`);
      return running;
    } catch (error) {
      await running.end('SIGKILL');
      throw error;
    }
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.#guard.kill();
    if (!isOver(this.child)) this.child.kill(signal);
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 1_000);
    await this.#exited;
    clearTimeout(impatience);
  }
}

function found(): string {
  const file = binary();
  if (file === undefined) throw new Error('there is no haproxy: install it (Debian: apt-get install haproxy)');
  return file;
}

function logFile(folder: string): string {
  return join(folder, 'haproxy.log');
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function takesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
