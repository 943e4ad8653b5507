import type { ReleaseBook } from '../releases/release-book.js';
import type { ReleaseFile } from '../releases/release-file.js';
import { untilStored } from '../until-stored.js';
import type { Which } from './tenure.js';

/**
 * For a process that takes over: what the one before has written last may not have come here yet, and what it has begun
 * is not to be begun again. Reads on in each live release that is meant, then calls back.
 */
export async function readOn(
  book: ReleaseBook,
  which: Which,
  signal: AbortSignal,
  then: (file: ReleaseFile) => void,
): Promise<void> {
  const meant = book.live().filter(({ release }) => which(release));
  await Promise.all(
    meant.map(async ({ release }) => {
      const file = await untilStored(() => book.fresh(release), signal);
      if (file) then(file);
    }),
  );
}
