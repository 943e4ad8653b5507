import type { Logger } from './logging.js';

/**
 * Ends the process when a part without which it is of no use has ended. Crash-only: whoever supervises it starts it
 * again, and a start is a recovery.
 */
export function dieWith(logger: Logger, what: string): (error: unknown) => never {
  return (error) => {
    logger.fatal({ err: error }, `${what} has ended; this process cannot go on`);
    process.exit(1);
  };
}
