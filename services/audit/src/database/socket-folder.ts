import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** PostgreSQL's clients look for this name in the folder that they are given as host. */
export const SOCKET_NAME = '.s.PGSQL.5432';
/** The path of a Unix socket has 104 bytes on macOS and 108 on Linux, the NUL at its end included. */
const LONGEST_PATH = 103;

/**
 * The folder for the database's socket: the data folder itself, or when its path is too long for a socket, one under
 * the temporary folder that follows from it. Nobody else may look in, since the database asks for no password.
 * @throws Error when the folder under the temporary one belongs to somebody else
 */
export async function socketFolder(data: string): Promise<string> {
  if (Buffer.byteLength(path.join(data, SOCKET_NAME)) <= LONGEST_PATH) return data;
  const name = createHash('sha256').update(data).digest('hex').slice(0, 16);
  const folder = path.join(tmpdir(), `sluice-${name}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(folder);
  if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to somebody else; use a shorter SLUICE_DATA`);
  await chmod(folder, 0o700);
  return folder;
}
