import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { types } from 'node:util';

/** Servers that Debian and others do not put on the PATH of everybody. */
const SERVER_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** The program that the variable of the environment names, or the one of this name on the PATH or among the servers; null when there is none. */
export function installedProgram(name: string, variable: string): string | null {
  const named = process.env[variable];
  if (named) return named;
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...SERVER_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isProgram) ?? null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (types.isNativeError(error) && 'syscall' in error) return false;
    throw error;
  }
}
