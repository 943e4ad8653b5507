import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { entryName } from './entry-name.js';
import { forgetOthers } from './journal.js';
import { journalName } from './journal-name.js';

const HOUR_MS = 3_600_000;
let journal: string;

beforeEach(async () => {
  journal = await mkdtemp(join(tmpdir(), 'sluice-journal-'));
});

afterEach(() => rm(journal, { recursive: true, force: true }));

async function remember(release: string, hoursAgo: number): Promise<void> {
  const folder = join(journal, entryName(release));
  await mkdir(join(folder, 'effect'), { recursive: true });
  await writeFile(join(folder, 'effect', 'outcome'), '0\n');
  const at = new Date(Date.now() - hoursAgo * HOUR_MS);
  await utimes(folder, at, at);
}

it('forgets releases that have ended long ago, and neither live ones nor its own name', async () => {
  const name = await journalName(journal);
  await remember('checkout-2.4.0-ended', 30);
  await remember('checkout-2.5.0-live', 30);
  await remember('checkout-2.6.0-just-now', 1);

  await forgetOthers({ journal }, ['checkout-2.5.0-live'], 24 * HOUR_MS);

  const left = ['.name', ...['checkout-2.5.0-live', 'checkout-2.6.0-just-now'].map(entryName)];
  expect((await readdir(journal)).sort()).toEqual(left.sort());
  expect(await journalName(journal)).toBe(name);
});

it('has nothing to forget where nothing was ever done', async () => {
  await expect(forgetOthers({ journal: join(journal, 'nowhere') }, [], 0)).resolves.toBeUndefined();
});

it('keeps the name that it was given first, whoever asks', async () => {
  const names = await Promise.all(Array.from({ length: 8 }, () => journalName(journal)));
  expect(new Set(names).size).toBe(1);
});
