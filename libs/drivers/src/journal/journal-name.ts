import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeDirectory, writeOnce } from './write-once.js';

/** No release's folder is called so. */
const FILE = '.name';

/**
 * The name of a journal, which it is given at its first use and keeps: it says in the log where the outcome of an effect
 * is known. Executors that share a journal share its name.
 */
export async function journalName(journal: string): Promise<string> {
  await makeDirectory(journal);
  await writeOnce(journal, FILE, randomUUID());
  return readFile(path.join(journal, FILE), 'utf8');
}
