import { createLog } from './log.mjs';
import { SetupError } from './run.mjs';

/**
 * Runs a command of the repository. What keeps it from being set up is told to the person at the keyboard, without a
 * stack, and the exit code is 1.
 * @param {() => Promise<void>} work
 * @param {import('./log.mjs').Log} [log]
 */
export async function told(work, log = createLog()) {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.say(error.message);
    process.exitCode = 1;
  }
}
