import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_PEOPLE } from './default-people.js';
import { createTokenFile, readTokenFile, TokenFileError } from './token-file.js';

const SECRET = 'do-not-show-this-to-anybody';
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-tokens-'));
  path = join(folder, 'inner', 'tokens.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('making the file of tokens', () => {
  it('makes a random token for everybody, for the eyes of its owner only', async () => {
    expect(await createTokenFile(path, DEFAULT_PEOPLE)).toBe(true);
    const entries = await readTokenFile(path);
    expect(entries.map(({ token: _, ...person }) => person)).toEqual(DEFAULT_PEOPLE);
    for (const { token } of entries) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(new Set(entries.map(({ token }) => token)).size).toBe(DEFAULT_PEOPLE.length);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves a file alone that is there, and nothing beside it', async () => {
    await createTokenFile(path, DEFAULT_PEOPLE);
    const before = await readFile(path, 'utf8');
    expect(await createTokenFile(path, DEFAULT_PEOPLE)).toBe(false);
    expect(await readFile(path, 'utf8')).toBe(before);
    expect(await readdir(join(folder, 'inner'))).toEqual(['tokens.json']);
  });

  it('is done by one of many that start at once', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => createTokenFile(path, DEFAULT_PEOPLE)));
    expect(made.filter((mine) => mine)).toHaveLength(1);
    expect(await readTokenFile(path)).toHaveLength(DEFAULT_PEOPLE.length);
    expect(await readdir(join(folder, 'inner'))).toEqual(['tokens.json']);
  });
});

describe('reading the file of tokens', () => {
  const entry = (changes: object = {}) => ({ name: 'ann', roles: ['viewer'], token: SECRET, ...changes });
  const other = (changes: object = {}) => ({ name: 'bob', roles: ['viewer'], token: `${SECRET}-2`, ...changes });

  async function complaint(content: unknown): Promise<string> {
    const file = join(folder, 'tokens.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    const error: unknown = await readTokenFile(file).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(TokenFileError);
    return String(error);
  }

  it.each([
    ['broken JSON', `{"tokens": [{"token": ${SECRET}`, 'is not valid JSON'],
    ['no tokens', { tokens: [] }, 'tokens '],
    ['an unknown role', { tokens: [entry({ roles: ['king'] })] }, 'tokens.0.roles.0 '],
    ['a token that can be guessed', { tokens: [entry({ token: 'short' })] }, 'tokens.0.token '],
    ['a token where a field should be', { tokens: [entry({ [SECRET]: 1 })] }, 'has a field that is not known'],
    ['a name twice', { tokens: [entry(), other({ name: 'ann' })] }, 'tokens.1.name is that of entry 0 as well'],
    ['a token twice', { tokens: [entry(), other({ token: SECRET })] }, 'tokens.1.token is that of entry 0 as well'],
  ])('says what is wrong with %s, and shows no token', async (_, content, says) => {
    const message = await complaint(content);
    expect(message).toContain(says);
    expect(message).not.toContain(SECRET);
  });

  it('says that a file is not there', async () => {
    await expect(readTokenFile(join(folder, 'none.json'))).rejects.toThrow('cannot be read: ENOENT');
  });
});
