import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type Clock, createLogger } from '#runtime';
import { TokenBook } from './token-book.js';
import { TokenFileError } from './token-file.js';

const silence = createLogger('gateway', 'silent');
let folder: string;
let path: string;
let now: number;
const clock: Clock = { now: () => now, wakeAt: () => () => undefined };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-tokens-'));
  path = join(folder, 'tokens.json');
  now = 1_000_000;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function tokenOf(name: string): Promise<string> {
  const { tokens } = JSON.parse(await readFile(path, 'utf8'));
  return tokens.find((entry: { name: string }) => entry.name === name).token;
}

async function takeBack(name: string): Promise<void> {
  const { tokens } = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ tokens: tokens.filter((entry: { name: string }) => entry.name !== name) }));
}

it('knows the people of the file that it has made, and nobody else', async () => {
  const book = await TokenBook.open(path, clock, silence);
  expect(await book.find(await tokenOf('owner'))).toEqual({
    name: 'owner',
    roles: ['viewer', 'approver'],
    level: 'owner',
  });
  expect(await book.find('x'.repeat(43))).toBeNull();
  expect(await book.find('')).toBeNull();
});

it('takes the tokens of a file that is there', async () => {
  await TokenBook.open(path, clock, silence);
  const token = await tokenOf('admin');
  const book = await TokenBook.open(path, clock, silence);
  expect((await book.find(token))?.name).toBe('admin');
});

it('forgets a token that was taken back, a second later at most', async () => {
  const book = await TokenBook.open(path, clock, silence);
  const [operator, viewer] = [await tokenOf('operator'), await tokenOf('viewer')];
  await takeBack('operator');
  now += 1_000;
  expect(await book.find(operator)).toBeNull();
  expect((await book.find(viewer))?.name).toBe('viewer');
});

it('lets nobody in while the file is broken, and everybody when it is whole again', async () => {
  const book = await TokenBook.open(path, clock, silence);
  const token = await tokenOf('viewer');
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.slice(0, 50));
  now += 1_000;
  await expect(book.find(token)).rejects.toBeInstanceOf(TokenFileError);
  await expect(book.find(token)).rejects.toBeInstanceOf(TokenFileError);
  await writeFile(path, whole);
  now += 1_000;
  expect((await book.find(token))?.name).toBe('viewer');
});

it('does not start with a file that is not as it should be', async () => {
  await writeFile(path, '{}');
  await expect(TokenBook.open(path, clock, silence)).rejects.toBeInstanceOf(TokenFileError);
});
