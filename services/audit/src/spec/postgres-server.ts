import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { until } from './until.js';

const DEBIAN = '/usr/lib/postgresql';

/** The folder of PostgreSQL's programs, if this machine has them. */
export function postgresPrograms(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => path.join(DEBIAN, version, 'bin')) : [];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...debian.sort().reverse()];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')) && existsSync(path.join(folder, 'postgres')));
}

/** PostgreSQL refuses to run as root; there it runs as the user that its package has made. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** A real PostgreSQL server with an empty database, on a free port of its own. */
export class PostgresServer {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly user: { uid?: number; gid?: number },
  ) {}

  static async start(programs: string): Promise<PostgresServer> {
    const user = unprivileged();
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-postgres-'));
    if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
    const options = { ...user, cwd: folder, stdio: 'ignore' } as const;
    execFileSync(path.join(programs, 'initdb'), ['-D', 'data', '-U', 'sluice', '-A', 'trust', '-N'], options);
    const server = new PostgresServer(programs, folder, await freePort(), user);
    await server.run();
    return server;
  }

  get url(): string {
    return `postgres://sluice@127.0.0.1:${this.port}/postgres`;
  }

  /** Cuts every connection, and comes back. */
  async restart(): Promise<void> {
    await this.end();
    await this.run();
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(): Promise<void> {
    const settings = ['-h', '127.0.0.1', '-p', String(this.port), '-k', this.folder, '-F'];
    const options = { ...this.user, cwd: this.folder, stdio: 'ignore' } as const;
    this.child = spawn(path.join(this.programs, 'postgres'), ['-D', 'data', ...settings], options);
    await until('PostgreSQL', async () => {
      const probe = new DataSource({ type: 'postgres', url: this.url });
      return probe.initialize().then(
        async () => {
          await probe.destroy();
          return true;
        },
        () => false,
      );
    });
  }

  private async end(): Promise<void> {
    if (!this.child) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGINT');
    await gone;
    this.child = null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
