import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, isOurs } from './process.mjs';
import { SetupError } from './run.mjs';

/**
 * Takes the data folder for this process. A lock whose process has ended holds nobody back.
 * @param {string} data
 * @param {string} marker a part of the command line of whoever may hold it
 * @returns {() => void} gives it back
 * @throws {SetupError} when somebody has it
 */
export function takeLock(data, marker) {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const lock = join(data, 'start.lock');
  const mine = `${lock}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    const holder = claim(mine, lock);
    if (holder !== undefined && isOurs(holder, marker)) {
      throw new SetupError(`Sluice runs already on ${data} (process ${holder}). Stop that one first.`);
    }
    if (holder !== undefined) {
      rmSync(lock, { force: true });
      if (claim(mine, lock) !== undefined) throw new SetupError(`Somebody else starts Sluice on ${data} just now.`);
    }
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(lock, { force: true });
}

/**
 * A link appears with its content or not at all.
 * @param {string} mine
 * @param {string} lock
 * @returns {number | undefined} the process that has the lock; undefined when it is ours now
 */
function claim(mine, lock) {
  try {
    linkSync(mine, lock);
    return undefined;
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    return Number(readFileSync(lock, 'utf8'));
  }
}
