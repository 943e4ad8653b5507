import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { lastLines } from './run.mjs';

const LIMIT = 16 * 1024 * 1024;
const TAIL = 64 * 1024;

/**
 * A descriptor for a process to write its output to. It appends, so that the file may be cut while it writes.
 * @param {string} file
 */
export function openLogFile(file) {
  mkdirSync(dirname(file), { recursive: true });
  keepSmall(file);
  return openSync(file, 'a', 0o600);
}

/**
 * Moves what a log holds to `<file>.1` once it is long.
 * @param {string} file
 * @param {number} [limit] bytes
 */
export function keepSmall(file, limit = LIMIT) {
  if (!existsSync(file) || statSync(file).size <= limit) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/**
 * The last lines of a log; empty when there is none.
 * @param {string} file
 * @param {number} [count]
 */
export function tailOf(file, count = 40) {
  if (!existsSync(file)) return '';
  const size = statSync(file).size;
  const buffer = Buffer.alloc(Math.min(size, TAIL));
  const fd = openSync(file, 'r');
  try {
    const read = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    return lastLines(buffer.toString('utf8', 0, read), count);
  } finally {
    closeSync(fd);
  }
}

/**
 * The last lines of every log in a folder, each under its name.
 * @param {string} folder
 * @param {number} [count]
 */
export function logTails(folder, count = 20) {
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .map((name) => `--- ${name}\n${tailOf(join(folder, name), count)}`)
    .join('\n');
}
