import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify, types } from 'node:util';
import { isSystemError } from '../system-error.js';

/** A process that is known again: its id, and when it started, since ids are used anew. */
export interface ProcessMark {
  readonly pid: number;
  /** Clock ticks since boot from /proc, or what `ps -o lstart` says where there is no /proc. */
  readonly start: string;
}

interface ProcessState {
  readonly start: string;
  readonly group: number;
  /** It has ended and waits for its parent to take notice. */
  readonly ended: boolean;
}

const execute = promisify(execFile);

/**
 * Whether a session that was started with this leader still has a process.
 *
 * The leader may be gone while commands that it started go on. As long as one of them is there the kernel gives the
 * leader's id to nobody else; so a process that has the id but another start means that all of them are gone.
 */
export async function isSessionAlive(leader: ProcessMark): Promise<boolean> {
  const state = await readState(leader.pid);
  if (state && state.start !== leader.start) return false;
  if (state && !state.ended) return true;
  return signalGroup(leader.pid, 0) && (await hasLivingMember(leader.pid));
}

/**
 * Sends a signal to all processes of a group; signal 0 only asks whether there are any.
 *
 * @returns false when there was nobody to send it to. True also when the group belongs to another user, who gets none.
 */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch (error) {
    if (isSystemError(error, 'ESRCH')) return false;
    if (isSystemError(error, 'EPERM')) return true;
    throw error;
  }
}

/** What /proc says, else what `ps` says; null when there is no such process. */
async function readState(pid: number): Promise<ProcessState | null> {
  try {
    return parseStat(await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (isSystemError(error, 'ESRCH')) return null;
    if (!isSystemError(error, 'ENOENT')) throw error;
    return (await hasProc()) ? null : askPs(pid);
  }
}

/**
 * The fields of /proc/<pid>/stat that matter. The second field is the program's name in brackets and may hold
 * anything, so that counting starts after the last bracket.
 */
export function parseStat(stat: string): ProcessState | null {
  const [state, , group, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const start = rest[16];
  if (state === undefined || group === undefined || start === undefined) return null;
  return { start, group: Number(group), ended: isEnded(state) };
}

/** One line of `ps -o stat=,pgid=,lstart=`: `Ss 412 Mon Jan  5 10:00:00 2026`. */
export function parsePs(line: string): ProcessState | null {
  const match = /^\s*(\S+)\s+(\d+)\s+(\S.*?)\s*$/.exec(line);
  if (!match) return null;
  const [, state = '', group, start = ''] = match;
  return { start, group: Number(group), ended: isEnded(state) };
}

const isEnded = (state: string): boolean => /^[ZX]/.test(state);

async function hasProc(): Promise<boolean> {
  try {
    await readFile('/proc/self/stat');
    return true;
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return false;
    throw error;
  }
}

async function askPs(pid: number): Promise<ProcessState | null> {
  try {
    const args = ['-o', 'stat=', '-o', 'pgid=', '-o', 'lstart=', '-p', String(pid)];
    return parsePs((await execute('ps', args, { env: { ...process.env, LC_ALL: 'C' } })).stdout);
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && error.code === 1) return null;
    throw error;
  }
}

/** A group may consist of ended processes that nobody takes notice of, as in a container without an init. */
async function hasLivingMember(group: number): Promise<boolean> {
  if (!(await hasProc())) return true;
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const state = await readState(Number(entry));
    if (state && state.group === group && !state.ended) return true;
  }
  return false;
}
