import { setTimeout as sleep } from 'node:timers/promises';
import { isSessionAlive, type ProcessMark, signalGroup } from './process-mark.js';

const POLL_MS = 20;
/** SIGKILL cannot be refused, but a process that waits for a disk takes notice only afterwards. */
const KILL_PATIENCE_MS = 5_000;

/**
 * Ends all processes of a group: SIGTERM, time to clean up, SIGKILL.
 *
 * @returns whether all of them are gone. False when they belong to somebody else or hang in the kernel.
 */
export async function endSession(leader: ProcessMark, graceMs: number): Promise<boolean> {
  for (const [signal, patienceMs] of [
    ['SIGTERM', graceMs],
    ['SIGKILL', KILL_PATIENCE_MS],
  ] as const) {
    if (!(await isSessionAlive(leader))) return true;
    signalGroup(leader.pid, signal);
    if (await isGoneWithin(leader, patienceMs)) return true;
  }
  return false;
}

async function isGoneWithin(leader: ProcessMark, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  do {
    if (!(await isSessionAlive(leader))) return true;
    await sleep(POLL_MS);
  } while (performance.now() < deadline);
  return false;
}
