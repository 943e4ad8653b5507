import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 10_000;
const ASK_AGAIN_MS = 20;
const STOP_MS = 2_000;

/** A server that somebody else wrote, in the foreground of a process of its own. It ends when this process does. */
export class ServerProcess {
  readonly #guard: ChildProcess;
  readonly #ended: Promise<unknown>;

  private constructor(private readonly child: ChildProcess) {
    this.#ended = isOver(child) ? Promise.resolve() : once(child, 'exit');
    // However this process ends, its end of the pipe is closed then.
    this.#guard = spawn('sh', ['-c', 'cat; kill -TERM "$1"', 'guard', String(child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  }

  /**
   * Settles when it takes connections at this place.
   * @param output the file that takes its standard output
   * @throws Error when it ends or hangs instead, with what it said on standard error
   */
  static async start(
    [program = '', ...args]: readonly string[],
    place: string,
    output: string,
  ): Promise<ServerProcess> {
    const file = await open(output, 'a');
    const child = spawn(program, args, { stdio: ['ignore', file.fd, 'pipe'] });
    await file.close();
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk).slice(-4_000);
    });
    const server = new ServerProcess(child);
    const deadline = performance.now() + START_MS;
    while (!(await takesConnections(place))) {
      if (!isOver(child) && performance.now() < deadline) await sleep(ASK_AGAIN_MS);
      else {
        await server.stop();
        throw new Error(`${program} did not start at ${place}: ${said}`);
      }
    }
    return server;
  }

  async stop(): Promise<void> {
    this.#guard.kill();
    if (!isOver(this.child)) this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS);
    await this.#ended;
    clearTimeout(impatience);
  }
}

/** The full path of a program, also where an ordinary user's PATH leaves it out; null when there is none. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function takesConnections(place: string): Promise<boolean> {
  const [host = '', port] = place.split(':');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
