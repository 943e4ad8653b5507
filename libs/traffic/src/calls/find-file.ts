import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isSystemError } from '../node-error.js';
import type { CallPosition } from './call-position.js';

/** How many files beside the log are looked at to find one that was rotated away. */
const MAX_SIBLINGS = 100;

/** Opens a file to read; null when there is none of that name, or it is no ordinary file. */
export function openFile(path: string): Promise<FileHandle | null> {
  return openUnless(path, ['ENOENT']);
}

async function openUnless(path: string, tolerated: readonly string[]): Promise<FileHandle | null> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK the name of a pipe would keep the caller waiting for somebody to write.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isSystemError(error, ...tolerated)) return null;
    throw error;
  }
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  return null;
}

/** Whether this is the file that was read up to a position, and still holds what was read. */
export async function isFileOf(handle: FileHandle, position: CallPosition): Promise<boolean> {
  const { dev, ino, size } = await handle.stat();
  if (position.file === null) return true;
  const isSame = position.file.device === dev && position.file.inode === ino;
  return isSame && size >= position.offset && (await holds(handle, position));
}

/**
 * Finds the file that was read up to a position after it was rotated away: by its number or, where it was copied and
 * cut, by what stands in it, among the files beside `path` whose names begin with its name or that of `path` without
 * its ending.
 *
 * @returns open; null when it is gone, packed, or was cut without a copy
 */
export async function findRotated(path: string, position: CallPosition): Promise<FileHandle | null> {
  const folder = dirname(path);
  const own = basename(path);
  const stem = own.replace(/\.[^.]+$/, '');
  const names = (await readdir(folder)).filter((name) => name !== own && name.startsWith(stem));
  const byNumber: FileHandle[] = [];
  const byContent: FileHandle[] = [];
  for (const name of names.sort().slice(0, MAX_SIBLINGS)) {
    const handle = await openUnless(join(folder, name), ['ENOENT', 'EACCES']);
    if (!handle) continue;
    if (byNumber.length === 0 && (await isFileOf(handle, position))) byNumber.push(handle);
    else if (byContent.length === 0 && position.tail !== '' && (await holds(handle, position))) byContent.push(handle);
    else await handle.close();
  }
  const [found, ...others] = [...byNumber, ...byContent];
  for (const other of others) await other.close();
  return found ?? null;
}

/** Whether another file was rotated away after this one, by its name and when it was written last. */
export async function isFollowedByOthers(rotated: FileHandle, path: string): Promise<boolean> {
  const { mtimeMs } = await rotated.stat();
  const own = basename(path);
  const names = (await readdir(dirname(path))).filter((name) => /^[.-]/.test(name.slice(own.length)));
  for (const name of names.filter((candidate) => candidate.startsWith(own)).slice(0, MAX_SIBLINGS)) {
    if ((await stat(join(dirname(path), name))).mtimeMs > mtimeMs) return true;
  }
  return false;
}

async function holds(handle: FileHandle, { offset, tail }: CallPosition): Promise<boolean> {
  const expected = Buffer.from(tail, 'latin1');
  const { bytesRead, buffer } = await handle.read(
    Buffer.alloc(expected.length),
    0,
    expected.length,
    offset - expected.length,
  );
  return buffer.subarray(0, bytesRead).equals(expected);
}
