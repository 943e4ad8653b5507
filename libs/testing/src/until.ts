import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Settles when the condition holds; asks again and again.
 *
 * @throws after `timeoutMs`, with `what`.
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await sleep(10);
  }
}
