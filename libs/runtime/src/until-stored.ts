import { isRetryable } from './commit-all.js';
import { pause } from './pause.js';

const LOG_AWAY_MS = 1_000;

/**
 * Waits for a log that is away: there is nothing better to do. Null when the signal ended the waiting.
 *
 * @param store what is to be stored; it is called again, so it has to be something that is stored once
 * @param onAway is told each time that the log could not be reached
 * @throws what cannot be retried
 */
export async function untilStored<T>(
  store: () => Promise<T>,
  signal: AbortSignal,
  onAway: (error: unknown) => void = () => undefined,
): Promise<T | null> {
  while (!signal.aborted) {
    try {
      return await store();
    } catch (error) {
      if (!isRetryable(error)) throw error;
      onAway(error);
      await pause(LOG_AWAY_MS, signal);
    }
  }
  return null;
}
