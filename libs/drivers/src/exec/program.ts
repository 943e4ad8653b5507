import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { DriverError } from '../errors.js';
import { isSystemError } from '../system-error.js';

/**
 * A command line whose program is an absolute path.
 *
 * A name without a slash is looked up on PATH, as a shell does it. The path is not resolved any further: programs that
 * act by the name they are called with (busybox) stay what they are. What the allow-list is asked about is where the
 * path really leads.
 *
 * @throws DriverError `command-missing` when there is no such program; `refused` when it is in none of the allowed
 * directories or an argument holds a NUL.
 */
export async function resolveCommand(
  command: readonly string[],
  searchPath: string,
  allow: readonly string[] | undefined,
): Promise<[string, ...string[]]> {
  const [program = '', ...args] = command;
  if (command.some((part) => part.includes('\0'))) {
    throw new DriverError('refused', `the command ${JSON.stringify(program)} holds a NUL character`);
  }
  const found = await firstProgram(candidates(program, searchPath));
  if (!found) throw new DriverError('command-missing', `there is no program ${program}`);
  if (allow && !(await isWithin(found, allow))) {
    throw new DriverError('refused', `${found} is in none of the directories that commands may come from`);
  }
  return [found, ...args];
}

function candidates(program: string, searchPath: string): string[] {
  if (program.includes('/')) return [path.resolve(program)];
  const directories = searchPath.split(path.delimiter).filter((directory) => directory !== '');
  return directories.map((directory) => path.resolve(directory, program));
}

async function firstProgram(paths: readonly string[]): Promise<string | null> {
  for (const candidate of paths) {
    if (await isProgram(candidate)) return candidate;
  }
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

async function isWithin(file: string, directories: readonly string[]): Promise<boolean> {
  const real = await realpath(file);
  for (const directory of directories) {
    const way = path.relative(await realDirectory(directory), real);
    if (way.split(path.sep)[0] !== '..') return true;
  }
  return false;
}

/** An allowed directory that does not exist allows nothing, and is no reason to fail. */
async function realDirectory(directory: string): Promise<string> {
  try {
    return await realpath(directory);
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return path.resolve(directory);
    throw error;
  }
}
