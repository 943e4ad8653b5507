const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * When a unit is tried again after so many tries: 1 s, 2 s, 4 s … up to a minute after the failure.
 * Null when the retries are used up.
 */
export function retryAt(failedAt: string, tries: number, retries: number): string | null {
  if (tries > retries) return null;
  const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, tries - 1));
  return new Date(Date.parse(failedAt) + wait).toISOString();
}
