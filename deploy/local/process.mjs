import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { until } from './wait.mjs';

/**
 * The command line of a process; empty when there is no such process, or only a zombie is left of it.
 * @param {number} pid
 */
export function commandLine(pid) {
  if (!existsSync('/proc/self')) {
    return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? '';
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return '';
    throw error;
  }
}

/**
 * Pids are used again. A process is ours only if its command line still names a file of ours.
 * @param {number} pid
 * @param {string} marker
 */
export function isOurs(pid, marker) {
  return commandLine(pid).includes(marker);
}

/**
 * Leaves a process's pid, and how to tell that it is still that process.
 * @param {string} file
 * @param {number} pid
 * @param {string} marker a part of its command line that no other program's has
 */
export function writePidFile(file, pid, marker) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${pid}\n${marker}\n`);
}

/**
 * Stops the process that a pid file names, if it is still that one: asks, waits, then insists. The file is gone
 * afterwards.
 * @param {string} file
 * @param {number} [graceMs]
 */
export async function stopByPidFile(file, graceMs = 10_000) {
  if (!existsSync(file)) return;
  const [pid = '', marker = ''] = readFileSync(file, 'utf8').split('\n');
  if (marker) await stopProcess(Number(pid), marker, graceMs);
  rmSync(file, { force: true });
}

/**
 * Stops what an earlier run left running when it was killed.
 * @param {string} folder with the pid files
 */
export async function stopLeftovers(folder) {
  if (!existsSync(folder)) return;
  await Promise.all(readdirSync(folder).map((file) => stopByPidFile(join(folder, file))));
}

/**
 * @param {number} pid
 * @param {string} marker
 * @param {number} graceMs
 */
async function stopProcess(pid, marker, graceMs) {
  const gone = () => !isOurs(pid, marker);
  if (gone()) return;
  signal(pid, 'SIGTERM');
  if (await until(gone, { timeoutMs: graceMs, everyMs: 20 })) return;
  signal(pid, 'SIGKILL');
  await until(gone, { timeoutMs: 2_000, everyMs: 20 });
}

/**
 * Sends a signal; a process that is gone already is no error.
 * @param {number} pid
 * @param {NodeJS.Signals} name
 */
export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error;
  }
}

/**
 * `ENOENT` and the like; empty for what is no system error.
 * @param {unknown} error
 */
export function codeOf(error) {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
