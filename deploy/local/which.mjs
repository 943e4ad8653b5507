import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

// Where servers are installed, and what an ordinary user's PATH often leaves out.
const ALSO = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/**
 * The full path of a program, or undefined.
 * @param {string} program
 * @param {NodeJS.ProcessEnv} [env]
 */
export function which(program, env = process.env) {
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...ALSO];
  return folders.map((folder) => join(folder, program)).find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  if (!existsSync(path)) return false;
  const found = statSync(path);
  return found.isFile() && (found.mode & 0o111) !== 0;
}
