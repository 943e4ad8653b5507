import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RouterError } from '../errors.js';
import { isSystemError } from '../node-error.js';

/**
 * Puts a text into a file so that whoever reads it, at whatever moment and after whatever crash, finds all of the old
 * text or all of the new one.
 *
 * @param text null removes the file
 * @throws RouterError `refused` when the file system does not let it
 */
export async function replaceFile(path: string, text: string | null): Promise<void> {
  try {
    await (text === null ? rm(path, { force: true }) : replaceText(path, text));
    await syncDirectory(dirname(path));
  } catch (error) {
    throw refusal(`${path} cannot be written`, error);
  }
}

/** @returns null when there is no such file. @throws RouterError `refused` when it cannot be read */
export async function readIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return null;
    throw refusal(`${path} cannot be read`, error);
  }
}

/** A name of its own: two writers never write into the same file. nginx includes only the file's own name. */
async function replaceText(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Without it the new name may be lost in a power cut. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function refusal(what: string, error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new RouterError('refused', `${what}: ${error.message}`, { cause: error });
}
