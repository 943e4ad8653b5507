import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { DriverSettings } from '../settings.js';
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
