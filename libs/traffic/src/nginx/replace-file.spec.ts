import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readIfThere, replaceFile } from './replace-file.js';

describe('a file that is replaced', () => {
  let dir: string;
  let path: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-file-'));
    path = join(dir, 'split.conf');
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('has all of the old text or all of the new one, whenever it is read', async () => {
    const texts = ['a'.repeat(100_000), 'b'.repeat(100_000)] as const;
    await replaceFile(path, texts[0]);
    let done = false;
    const reading = (async () => {
      while (!done) expect(texts.map((text) => text[0])).toContain([...new Set(await readFile(path, 'utf8'))].join());
    })();
    for (let i = 0; i < 50; i += 1) await replaceFile(path, texts[i % 2] ?? '');
    done = true;
    await reading;
    expect(await readdir(dir)).toEqual(['split.conf']);
  });

  it('is gone when there is no text', async () => {
    await writeFile(path, 'text');
    await replaceFile(path, null);
    expect(await readIfThere(path)).toBeNull();
    await replaceFile(path, null);
  });

  it('leaves nothing behind when it cannot be written', async () => {
    await expect(replaceFile(join(dir, 'no', 'file'), 'text')).rejects.toMatchObject({ code: 'refused' });
    await expect(replaceFile(dir, 'text')).rejects.toMatchObject({ code: 'refused' });
    await expect(readIfThere(dir)).rejects.toMatchObject({ code: 'refused' });
    expect(await readdir(dir)).toEqual([]);
  });
});
