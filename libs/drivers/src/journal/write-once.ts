import { randomUUID } from 'node:crypto';
import { link, mkdir, open, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isSystemError } from '../system-error.js';

/**
 * Writes a file that is there completely or not at all, and that nobody can write a second time: who is first wins.
 * When this returns, the file survives a power cut.
 *
 * @returns whether it was this call that wrote it.
 */
export async function writeOnce(directory: string, name: string, text: string): Promise<boolean> {
  const draft = path.join(directory, `${name}.${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path.join(directory, name));
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await unlink(draft);
    await syncDirectory(directory);
  }
}

/** Makes a directory, and the ones above it, such that they survive a power cut. */
export async function makeDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = directory; made !== path.dirname(first); made = path.dirname(made)) await syncDirectory(made);
  await syncDirectory(path.dirname(first));
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
