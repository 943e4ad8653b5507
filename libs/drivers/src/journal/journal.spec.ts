import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OUTPUT_TAIL_BYTES } from '../errors.js';
import { textTail } from './entry.js';
import { forgetRelease, journalEntry } from './journal.js';
import { writeOnce } from './write-once.js';

describe('the journal', () => {
  let directory: string;
  let journal: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sluice-journal-'));
    journal = path.join(directory, 'journal');
    await mkdir(journal);
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  const task = (key: string) => ({ key, action: 'deploy', unit: 'eu-1-a', version: '2.0.0' });
  const remember = async (release: string): Promise<void> => {
    await journalEntry(journal, release, `${release}/1`).claim(task(`${release}/1`));
  };

  it('forgets one release and keeps the others', async () => {
    await remember('one');
    await remember('two');
    await forgetRelease({ journal }, 'one');
    expect(await readdir(journal)).toEqual(['two']);
  });

  it('forgets a release that it never knew', async () => {
    await forgetRelease({ journal }, 'never');
    expect(await readdir(journal)).toEqual([]);
  });

  it.each(['', '.', '..', '../', '/', '../../..', '/tmp'])(
    'touches nothing else when told to forget %j',
    async (release) => {
      await remember('one');
      await writeFile(path.join(directory, 'precious'), '');
      await forgetRelease({ journal }, release);
      expect(await readdir(directory)).toEqual(['journal', 'precious']);
      expect(await readdir(journal)).toEqual(['one']);
    },
  );

  it('lets the first of many writers win, and leaves no drafts', async () => {
    const writers = Array.from({ length: 20 }, (_, i) => writeOnce(journal, 'claim', String(i)));
    expect((await Promise.all(writers)).filter(Boolean)).toHaveLength(1);
    expect(await readdir(journal)).toEqual(['claim']);
  });

  it('keeps the end of what a command prints', async () => {
    const entry = journalEntry(journal, 'one', 'key');
    await entry.claim(task('key'));
    expect(await entry.outputTail()).toBe('');
    await writeFile(path.join(entry.directory, 'output'), `${'x'.repeat(10_000)}the end\n`);
    const tail = await entry.outputTail();
    expect(tail).toMatch(/^x+the end$/);
    expect(tail).toHaveLength(OUTPUT_TAIL_BYTES - 1);
  });

  it('cuts an output that grows too long', async () => {
    const entry = journalEntry(journal, 'one', 'key');
    await entry.claim(task('key'));
    await writeFile(path.join(entry.directory, 'output'), 'short');
    await entry.boundOutput();
    expect(await entry.outputTail()).toBe('short');
    await writeFile(path.join(entry.directory, 'output'), Buffer.alloc(2_000_000, 'x'));
    await entry.boundOutput();
    expect(await entry.outputTail()).toBe('');
  });
});

describe('the end of an output', () => {
  it('does not begin with half a character', () => {
    const tail = textTail(Buffer.from(`€${'€'.repeat(OUTPUT_TAIL_BYTES / 2)}`));
    expect(tail).toMatch(/^€+$/);
    expect(Buffer.byteLength(tail)).toBeGreaterThan(OUTPUT_TAIL_BYTES - 3);
  });

  it('is all of it when it is short', () => {
    expect(textTail(Buffer.from('  all of it \n'))).toBe('all of it');
  });
});
