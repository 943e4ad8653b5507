import { readFile } from 'node:fs/promises';
import { RouterError } from '../errors.js';
import { isSystemError } from '../node-error.js';

/** A worker process of nginx. */
export interface Worker {
  /** Its process id and when it started: a process id alone may be somebody else's by now. */
  readonly id: string;
  /** It takes no new requests; it ends when those that it has are done. */
  readonly draining: boolean;
}

const WORKER = 'nginx: worker process';
const DRAINING = 'nginx: worker process is shutting down';
/** What an operator has to change when the processes are not the right ones. */
export const SAME_HOST = 'nginx has to run on the same host, within the same process namespace';
/** What else a master starts. A worker that is just being started still has the master's title. */
const NO_WORKER = /^nginx: cache (manager|loader) process/;

/**
 * The workers of the nginx that a worker belongs to, from the process list of the host.
 *
 * @returns null when there is no such process: it has ended meanwhile, or is not to be seen from here
 * @throws RouterError `unsupported` when the process is something else: nginx has processes of its own, in a container
 */
export async function workersBeside(pid: number): Promise<readonly Worker[] | null> {
  const worker = await readProcess(pid);
  if (worker === null) return null;
  if (!worker.title.startsWith(WORKER)) {
    throw new RouterError('unsupported', `process ${pid} is no worker of nginx here: ${SAME_HOST}`);
  }
  const children = await readProc(`${worker.parent}/task/${worker.parent}/children`);
  if (children === null) return null;
  const processes = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(readProcess));
  return processes.flatMap((process) =>
    process && !NO_WORKER.test(process.title) ? [{ id: process.id, draining: process.title.startsWith(DRAINING) }] : [],
  );
}

interface Process {
  readonly id: string;
  readonly title: string;
  readonly parent: number;
}

async function readProcess(pid: number): Promise<Process | null> {
  const [stat, title] = await Promise.all([readProc(`${pid}/stat`), readProc(`${pid}/cmdline`)]);
  // A process that has ended and that nobody has asked for yet has no title any more.
  if (stat === null || title === null || title === '') return null;
  // The name of the program stands in brackets and may hold anything; the fields behind it are numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { id: `${pid}@${fields[19]}`, title: title.replace(/\0+$/, ''), parent: Number(fields[1]) };
}

/** null when the process is gone. */
async function readProc(path: string): Promise<string | null> {
  try {
    return await readFile(`/proc/${path}`, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}
