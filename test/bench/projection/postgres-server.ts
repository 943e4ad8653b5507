import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { freePlaces } from '../free-places.js';
import { ServerProcess } from '../server-process.js';

const DEBIAN = '/usr/lib/postgresql';

/** A database server for as long as the benchmark runs. */
export interface Postgres {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * A PostgreSQL server of this machine's own package with an empty database and its settings as they come: what it has
 * acknowledged is on the disk. Null when the machine has none.
 */
export async function startPostgres(): Promise<Postgres | null> {
  const programs = findPrograms();
  if (programs === null) return null;
  // A folder of its own: into one that another user has made for himself alone it could not look.
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-postgres-'));
  const data = join(folder, 'data');
  const prefix = await giveAway(folder);
  const initdb = [...prefix, join(programs, 'initdb'), '-D', data, '-U', 'sluice', '-A', 'trust', '-E', 'UTF8'];
  await promisify(execFile)(initdb[0] ?? '', initdb.slice(1), { cwd: folder });
  const [place = ''] = await freePlaces(1);
  const [host = '', port = ''] = place.split(':');
  const command = [...prefix, join(programs, 'postgres'), '-D', data, '-h', host, '-p', port, '-k', folder];
  const server = await ServerProcess.start(command, place, join(folder, 'output'));
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: `postgres://sluice@${place}/postgres`, stop };
}

function findPrograms(): string | null {
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).map((version) => join(DEBIAN, version, 'bin')) : [];
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...debian.sort().reverse()];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

/** PostgreSQL refuses to run as root; there it runs as the user that its package has made. */
async function giveAway(folder: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return [];
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' })));
  await chown(folder, uid ?? 0, gid ?? 0);
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
}
