import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { describe } from '@jest/globals';
import { installedProgram } from './installed-program.js';
import { ServerProcess } from './server-process.js';
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

/** `HAPROXY_BIN`, or where Debian and others have it. */
const BINARY = installedProgram('haproxy', 'HAPROXY_BIN');
const START_TIMEOUT_MS = 10_000;
const PATIENCE = { patienceMs: 1_000 };

/** A suite that needs HAProxy; where there is none it is skipped, and its name says so. */
export function describeWithHaproxy(name: string, suite: () => void): void {
  if (BINARY) describe(name, suite);
  else describe.skip(`SKIPPED, there is no haproxy (Debian: apt-get install haproxy): ${name}`, suite);
}

/** Starts HAProxy. @throws when it ends or hangs instead of starting; with what it printed. */
export async function startHaproxy(files: HaproxyFiles): Promise<Haproxy> {
  await writeFile(join(files.folder, 'haproxy.cfg'), files.configuration);
  let running = await run(files);
  return {
    get pid() {
      return running.child.pid ?? 0;
    },
    log: async () => {
      const texts = await Promise.all((await logFiles(files.folder)).map((file) => readFile(file, 'utf8')));
      return texts
        .join('')
        .split('\n')
        .filter((line) => line !== '');
    },
    kill: () => running.end('SIGKILL'),
    restart: async () => {
      await running.end('SIGTERM', PATIENCE);
      running = await run(files);
    },
    stop: () => running.end('SIGTERM', PATIENCE),
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

async function run({ folder, admin }: HaproxyFiles): Promise<ServerProcess> {
  // HAProxy does not append to what it is given as standard output: a file that is there already would be written over.
  await setAside(folder);
  const log = await open(logFile(folder), 'a');
  const child = spawn(found(), ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: ['ignore', log.fd, 'pipe'] });
  await log.close();
  let output = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    output = (output + chunk).slice(-10_000);
  });
  const running = new ServerProcess(child);
  try {
    await until('haproxy runs', () => running.isOver || takesConnections(admin), START_TIMEOUT_MS);
    if (running.isOver) throw new Error(`haproxy ended while starting\n${output}`);
    return running;
  } catch (error) {
    await running.end('SIGKILL');
    throw error;
  }
}

function found(): string {
  if (BINARY) return BINARY;
  throw new Error('there is no haproxy: install it (Debian: apt-get install haproxy)');
}

/** All that it has logged, of earlier starts first. */
async function logFiles(folder: string): Promise<string[]> {
  const own = basename(logFile(folder));
  const earlier = (await readdir(folder)).filter((name) => name.startsWith(`${own}.`));
  const numbered = earlier.sort((a, b) => Number(a.slice(own.length + 1)) - Number(b.slice(own.length + 1)));
  return [...numbered.map((name) => join(folder, name)), logFile(folder)];
}

async function setAside(folder: string): Promise<void> {
  if (!existsSync(logFile(folder))) return;
  await rename(logFile(folder), `${logFile(folder)}.${(await logFiles(folder)).length}`);
}

function logFile(folder: string): string {
  return join(folder, 'haproxy.log');
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
