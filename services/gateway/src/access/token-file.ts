import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Name } from '#domain';
import { type Person, ROLES } from './person.js';

const TOKEN_BYTES = 32;

const Entry = z.strictObject({
  name: Name,
  roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
  level: Name.optional(),
  token: z.string().min(20).max(500),
});
export type TokenEntry = z.infer<typeof Entry>;

const TokenFile = z.strictObject({ tokens: z.array(Entry).min(1).max(10_000) }).superRefine(({ tokens }, context) => {
  for (const field of ['name', 'token'] as const) {
    const first = new Map(tokens.map((entry, index) => [entry[field], index] as const).reverse());
    for (const [index, entry] of tokens.entries()) {
      const other = first.get(entry[field]);
      if (other === index) continue;
      context.addIssue({
        code: 'custom',
        path: ['tokens', index, field],
        message: `is that of entry ${other} as well`,
      });
    }
  }
});

/** The file of tokens is not as it should be. Says where and what, and never shows any of its values. */
export class TokenFileError extends Error {
  override readonly name = 'TokenFileError';
}

/** @throws TokenFileError */
export async function readTokenFile(path: string): Promise<readonly TokenEntry[]> {
  const parsed = TokenFile.safeParse(parseJson(path, await readable(path, () => readFile(path, 'utf8'))));
  if (parsed.success) return parsed.data.tokens;
  const flaws = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'} ${withoutValues(issue)}`);
  throw new TokenFileError(`${path} is not a file of tokens: ${flaws.slice(0, 20).join('; ')}`);
}

/** Another text whenever the file has changed: an editor may write in place, or put another file under the name. */
export async function tokenFileVersion(path: string): Promise<string> {
  const { ino, size, mtimeMs } = await readable(path, () => stat(path));
  return `${ino}/${size}/${mtimeMs}`;
}

/**
 * Makes the file when it is not there. It appears whole or not at all, and of several gateways that start at once one
 * makes it and the others take that.
 * @returns whether this call made it
 */
export async function createTokenFile(path: string, people: readonly Person[]): Promise<boolean> {
  // A file that is there may be in a folder that nobody can write to.
  if (await exists(path)) return false;
  const tokens = people.map((person) => ({ ...person, token: randomBytes(TOKEN_BYTES).toString('base64url') }));
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeSafely(draft, `${JSON.stringify({ tokens }, null, 2)}\n`);
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function writeSafely(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const code = systemCode(error);
    throw code === undefined ? error : new TokenFileError(`${path} cannot be read: ${code}`);
  }
}

/** What Node says of broken JSON quotes it, and what it quotes may be a token. */
function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new TokenFileError(`${path} is not valid JSON`);
    throw error;
  }
}

function withoutValues(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys' ? 'has a field that is not known' : issue.message;
}

/** `ENOENT`, `EEXIST`: what the operating system says. */
function systemCode(error: unknown): string | undefined {
  const isCoded = typeof error === 'object' && error !== null && 'code' in error;
  return isCoded && typeof error.code === 'string' ? error.code : undefined;
}
