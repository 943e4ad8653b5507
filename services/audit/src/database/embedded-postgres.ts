import { access, chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { codeOf } from './failure.js';
import { SOCKET_NAME, socketFolder } from './socket-folder.js';

/** Less than PostgreSQL's own defaults: one client, and a short way back after a crash. */
const SETTINGS = ['shared_buffers = 32MB', 'max_wal_size = 64MB'];

/** PostgreSQL in this process, reached through a socket that only this user can open. One connection at a time. */
export class EmbeddedPostgres {
  private stopped: Promise<void> | null = null;

  private constructor(
    private readonly database: PGlite,
    private readonly server: PGLiteSocketServer,
    /** What a client needs to connect. */
    readonly address: {
      readonly host: string;
      readonly port: number;
      readonly username: string;
      readonly database: string;
    },
  ) {}

  /**
   * Opens the database of a folder, after a crash as well, and creates it when there is none.
   * @throws Error when another process has it open, or when what is there cannot be opened
   */
  static async start(folder: string): Promise<EmbeddedPostgres> {
    const data = path.resolve(folder);
    await mkdir(data, { recursive: true, mode: 0o700 });
    await chmod(data, 0o700);
    const host = await socketFolder(data);
    const socket = path.join(host, SOCKET_NAME);
    if (await isAnswered(socket)) throw new Error(`another audit service has the database in ${data} open`);
    await rm(socket, { force: true });
    const database = await openDatabase(data);
    const server = new PGLiteSocketServer({ db: database, path: socket, maxConnections: 4 });
    await server.start();
    return new EmbeddedPostgres(database, server, { host, port: 5432, username: 'postgres', database: 'postgres' });
  }

  /** Closes it in good order. Again, it only waits for the first time. */
  stop(): Promise<void> {
    this.stopped ??= this.server.stop().then(() => this.database.close());
    return this.stopped;
  }
}

/** A database whose making was cut off is made anew: there cannot be anything in it. */
async function openDatabase(data: string): Promise<PGlite> {
  const files = path.join(data, 'pglite');
  const marker = path.join(data, 'created');
  if (!(await exists(marker))) await rm(files, { recursive: true, force: true });
  try {
    const database = await PGlite.create(files, { postgresqlconf: SETTINGS });
    await writeFile(marker, '');
    return database;
  } catch (error) {
    const way = `everything in it comes from the log: remove ${data} and start again`;
    throw new Error(`the database in ${files} cannot be opened; ${way}`, { cause: error });
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Whether somebody listens. A socket that a crash left behind refuses. */
function isAnswered(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const attempt = connect(socket);
    attempt.once('connect', () => {
      attempt.destroy();
      resolve(true);
    });
    attempt.once('error', () => resolve(false));
  });
}
