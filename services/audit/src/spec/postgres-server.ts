import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { until } from './until.js';

const DEBIAN = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'postgres', 'pg_basebackup'];

/** The folder of PostgreSQL's programs, if this machine has them. */
export function postgresPrograms(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => path.join(DEBIAN, version, 'bin')) : [];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...debian.sort().reverse()];
  return folders.find((folder) => PROGRAMS.every((program) => existsSync(path.join(folder, program))));
}

/** PostgreSQL refuses to run as root; there it runs as the user that its package has made. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

interface Options {
  /** Has it speak TLS: files with its certificate and with its key. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Makes it a replica of this one. */
  readonly of?: PostgresServer;
}

/** A real PostgreSQL server with an empty database, on a free port of its own. */
export class PostgresServer {
  private child: ChildProcess | null = null;

  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly user: { uid?: number; gid?: number },
    private readonly settings: readonly string[],
  ) {}

  static async start(programs: string, { tls, of }: Options = {}): Promise<PostgresServer> {
    const user = unprivileged();
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-postgres-'));
    const settings: string[] = [];
    const giveAway = (file: string) =>
      user.uid !== undefined && user.gid !== undefined && chownSync(file, user.uid, user.gid);
    giveAway(folder);
    for (const [setting, file] of Object.entries({ ssl_cert_file: tls?.certificate, ssl_key_file: tls?.key })) {
      if (file === undefined) continue;
      const own = path.join(folder, setting);
      copyFileSync(file, own);
      chmodSync(own, 0o600);
      giveAway(own);
      settings.push('-c', 'ssl=on', '-c', `${setting}=${own}`);
    }
    const options = { ...user, cwd: folder, stdio: 'ignore' } as const;
    const make = of
      ? ['pg_basebackup', '-d', of.url, '-D', 'data', '-R', '-c', 'fast']
      : ['initdb', '-D', 'data', '-U', 'sluice', '-A', 'trust', '-N'];
    execFileSync(path.join(programs, make[0] ?? ''), make.slice(1), options);
    const server = new PostgresServer(programs, folder, await freePort(), user, settings);
    await server.run();
    return server;
  }

  get url(): string {
    return this.urlOf('postgres');
  }

  urlOf(database: string, host = '127.0.0.1'): string {
    return `postgres://sluice@${host}:${this.port}/${database}`;
  }

  /** Another empty database on it. @returns its URL */
  async create(database: string): Promise<string> {
    await this.query(`CREATE DATABASE ${database}`);
    return this.urlOf(database);
  }

  async query(statement: string): Promise<Record<string, unknown>[]> {
    const session = await new DataSource({ type: 'postgres', url: this.url }).initialize();
    try {
      return await session.query(statement);
    } finally {
      await session.destroy();
    }
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

  async run(): Promise<void> {
    const settings = ['-h', '127.0.0.1', '-p', String(this.port), '-k', this.folder, '-F', ...this.settings];
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

  /** Ends it; `run` brings it back. */
  async end(): Promise<void> {
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
