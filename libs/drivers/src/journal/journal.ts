import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { DriverSettings } from '../settings.js';
import { isSystemError } from '../system-error.js';
import { Entry } from './entry.js';
import { entryName } from './entry-name.js';

/** The memory of one effect. */
export function journalEntry(journal: string, release: string, key: string): Entry {
  return new Entry(path.join(journal, entryName(release), entryName(key)));
}

/**
 * Removes what drivers remember about a release. Only for one that has ended: afterwards its keys are new again.
 * Nothing to remove is fine.
 */
export async function forgetRelease(settings: Pick<DriverSettings, 'journal'>, release: string): Promise<void> {
  await rm(path.join(settings.journal, entryName(release)), { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Removes what drivers remember about releases that have ended while nobody was there to forget them.
 * @param live releases whose memory stays
 * @param untouchedMs and what was touched since: another executor of this machine may know of more
 */
export async function forgetOthers(
  settings: Pick<DriverSettings, 'journal'>,
  live: Iterable<string>,
  untouchedMs: number,
): Promise<void> {
  const kept = new Set(Array.from(live, entryName));
  for (const entry of await foldersIn(settings.journal)) {
    const folder = path.join(settings.journal, entry);
    if (kept.has(entry) || Date.now() - (await stat(folder)).mtimeMs < untouchedMs) continue;
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function foldersIn(journal: string): Promise<string[]> {
  try {
    const entries = await readdir(journal, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return [];
    throw error;
  }
}
