import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { types } from 'node:util';
import { describe } from '@jest/globals';
import { Client } from 'pg';
import { freePorts } from './free-ports.js';
import { ServerProcess } from './server-process.js';
import { until } from './until.js';

/** Where Debian has its programs, none of them on the PATH. */
const DEBIAN = '/usr/lib/postgresql';
const START_TIMEOUT_MS = 30_000;
const PATIENCE = { patienceMs: 10_000 };
const LOG_KEPT = 2_000;

const PROGRAMS = folderOfPrograms();

/** A suite that needs PostgreSQL; where there is none it is skipped, and its name says so. */
export function describeWithPostgres(name: string, suite: () => void): void {
  if (PROGRAMS) describe(name, suite);
  else describe.skip(`SKIPPED, there is no PostgreSQL (Debian: apt-get install postgresql): ${name}`, suite);
}

interface Options {
  /** Has it speak TLS: files with its certificate and with its key. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** Makes it a streaming replica of this one. */
  readonly of?: PostgresServer;
}

/** A real PostgreSQL server on a loopback port of its own, with an empty database in a folder of its own. */
export class PostgresServer {
  private running: ServerProcess | null = null;

  private constructor(
    private readonly programs: string,
    private readonly folder: string,
    private readonly port: number,
    private readonly user: Ids,
    private readonly settings: readonly string[],
  ) {}

  /** @throws when there is no PostgreSQL, or when it ends or hangs instead of starting; with what it printed. */
  static async start({ tls, of }: Options = {}): Promise<PostgresServer> {
    if (!PROGRAMS) throw new Error('there is no PostgreSQL on this machine');
    const user = unprivileged();
    const folder = mkdtempSync(path.join(tmpdir(), 'sluice-postgres-'));
    giveAway(folder, user);
    const settings = tls ? tlsSettings(folder, tls, user) : [];
    const [port = 0] = await freePorts(1);
    const server = new PostgresServer(PROGRAMS, folder, port, user, settings);
    try {
      const options = { ...user, cwd: folder, stdio: 'ignore' } as const;
      const [program = '', ...args] = of
        ? ['pg_basebackup', '-d', of.url, '-D', 'data', '-R', '-c', 'fast']
        : ['initdb', '-D', 'data', '-U', 'sluice', '-A', 'trust', '-N'];
      execFileSync(path.join(PROGRAMS, program), args, options);
      await server.run();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** `postgres://…`, for clients of this machine. */
  get url(): string {
    return this.urlOf('postgres');
  }

  urlOf(database: string, host = '127.0.0.1'): string {
    return `postgres://sluice@${host}:${this.port}/${database}`;
  }

  /** Makes another empty database on it. @returns its URL */
  async create(database: string): Promise<string> {
    await this.query(`CREATE DATABASE ${database}`);
    return this.urlOf(database);
  }

  async query(statement: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends the server as a crash does (SIGKILL): the processes of its connections see that and end. The data stays. */
  async kill(): Promise<void> {
    await this.running?.end('SIGKILL');
  }

  /** Starts it again, after cutting every connection if it runs: same port, same data. */
  async restart(): Promise<void> {
    await this.running?.end('SIGINT', PATIENCE);
    await this.run();
  }

  /** Ends it, cutting every connection, and removes its data. */
  async stop(): Promise<void> {
    await this.running?.end('SIGINT', PATIENCE);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  private async run(): Promise<void> {
    await until(
      'PostgreSQL takes connections',
      async () => {
        // What a killed server leaves behind ends within moments; until then a new one does not start.
        if (this.running === null || this.running.isOver) this.running = await this.spawn();
        return takesConnections(this.url);
      },
      START_TIMEOUT_MS,
    ).catch(async (error: unknown) => {
      const log = (await readFile(this.log, 'utf8')).slice(-LOG_KEPT);
      throw new Error(`PostgreSQL did not start\n${log}`, { cause: error });
    });
  }

  private async spawn(): Promise<ServerProcess> {
    const log = await open(this.log, 'a');
    try {
      const settings = ['-h', '127.0.0.1', '-p', String(this.port), '-k', this.folder, '-F', ...this.settings];
      const options = { ...this.user, cwd: this.folder, stdio: ['ignore' as const, log.fd, log.fd] };
      const child = spawn(path.join(this.programs, 'postgres'), ['-D', 'data', ...settings], options);
      await once(child, 'spawn');
      return new ServerProcess(child);
    } finally {
      await log.close();
    }
  }

  private get log(): string {
    return path.join(this.folder, 'postgres.log');
  }
}

/** The server takes keys alone that are its own and nobody else's to read. */
function tlsSettings(folder: string, tls: NonNullable<Options['tls']>, user: Ids): string[] {
  const files = { ssl_cert_file: tls.certificate, ssl_key_file: tls.key };
  const settings = Object.entries(files).flatMap(([setting, file]) => {
    const own = path.join(folder, setting);
    copyFileSync(file, own);
    chmodSync(own, 0o600);
    giveAway(own, user);
    return ['-c', `${setting}=${own}`];
  });
  return ['-c', 'ssl=on', ...settings];
}

function giveAway(file: string, { uid, gid }: Ids): void {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}

interface Ids {
  readonly uid?: number;
  readonly gid?: number;
}

function folderOfPrograms(): string | undefined {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => path.join(DEBIAN, version, 'bin')) : [];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...debian.sort().reverse()];
  const programs = ['initdb', 'postgres', 'pg_basebackup'];
  return folders.find((folder) => programs.every((program) => existsSync(path.join(folder, program))));
}

/** PostgreSQL refuses to run as root; there it runs as the user that its package has made. */
function unprivileged(): Ids {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Nobody listens, whoever did is going, and `cannot_connect_now`: it starts or ends. */
const NOT_NOW = ['ECONNREFUSED', 'ECONNRESET', '57P03'];

async function takesConnections(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && NOT_NOW.includes(String(error.code))) return false;
    throw error;
  } finally {
    await client.end();
  }
}
