import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from './server-process.js';

/** A real `nats-server` with JetStream, on a loopback port of its own, with its data in a directory of its own. */
export interface NatsServer {
  /** `nats://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Where JetStream keeps its data. */
  readonly dir: string;
  /** Ends the server in good order and removes its data. */
  stop(): Promise<void>;
  /** Ends it as a crash does (SIGKILL). The data stays. */
  kill(): Promise<void>;
  /** Starts it again, after ending it in good order if it runs: same port, same data. */
  restart(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;
const CONFIG = 'nats.conf';
const LOG_KEPT = 10_000;
const LISTENING = /Listening for client connections on 127\.0\.0\.1:(\d+)/;
const READY = /Server is ready/;

/** What a server is told beside where it listens and where its data is. */
export interface NatsOptions {
  /** In the language of its configuration files: users, say. */
  readonly config?: string;
}

/**
 * Starts a server; resolves when it takes connections. The binary is `NATS_SERVER_BIN`, or `nats-server` on the PATH.
 * @throws when there is no such binary, or when it ends or hangs instead of starting; with what it printed.
 */
export async function startNats({ config }: NatsOptions = {}): Promise<NatsServer> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-nats-'));
  let running: RunningServer;
  try {
    if (config !== undefined) await writeFile(join(dir, CONFIG), config);
    running = await run(dir);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
  const { port } = running;

  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    dir,
    stop: async () => {
      await running.process.end('SIGTERM');
      await rm(dir, { recursive: true, force: true });
    },
    kill: () => running.process.end('SIGKILL'),
    restart: async () => {
      await running.process.end('SIGTERM');
      running = await run(dir, port);
    },
  };
}

interface RunningServer {
  readonly process: ServerProcess;
  readonly port: number;
}

/** Without a port, the operating system picks a free one. */
async function run(dir: string, port = -1): Promise<RunningServer> {
  const binary = process.env.NATS_SERVER_BIN ?? 'nats-server';
  const config = existsSync(join(dir, CONFIG)) ? ['-c', join(dir, CONFIG)] : [];
  const child = spawn(binary, ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', dir, ...config], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  try {
    const listensOn = await readyPort(child, binary);
    await takesConnections(listensOn);
    return { process: new ServerProcess(child), port: listensOn };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Reads the port off the server's log: no other process can have taken it, and there is nothing to poll. */
function readyPort(child: ChildProcess, binary: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let log = '';
    const fail = (why: string, cause?: unknown) => {
      clearTimeout(timer);
      reject(new Error(`${binary} ${why}\n${log}`, { cause }));
    };
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS);
    child.once('error', (error) => fail(MISSING, error));
    child.once('exit', (code, signal) => fail(`ended while starting (${code ?? signal})`));
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk).slice(-LOG_KEPT);
      const port = LISTENING.exec(log)?.[1];
      if (port === undefined || !READY.test(log)) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
  });
}

const MISSING =
  'could not be started: install nats-server (Debian: apt-get install nats-server; macOS: brew install nats-server) ' +
  'or set NATS_SERVER_BIN to the binary';

async function takesConnections(port: number): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  socket.destroy();
}
