import { setTimeout as sleep } from 'node:timers/promises';
import { RouterError } from '../errors.js';
import type { RouterOptions } from '../port.js';

/** When an operation has to be over, and whether anybody still waits for it. */
export class Deadline {
  /** Aborted when the time is over or when the caller stops waiting. */
  readonly signal: AbortSignal;
  readonly #caller: AbortSignal | undefined;
  readonly #timeoutMs: number;

  constructor({ timeoutMs, signal }: RouterOptions) {
    const timeout = AbortSignal.timeout(timeoutMs);
    this.#timeoutMs = timeoutMs;
    this.#caller = signal;
    this.signal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  }

  /** Why the operation is over before it is done; `doing` is what it was at. */
  error(doing: string): RouterError {
    return this.#caller?.aborted
      ? new RouterError('interrupted', `nobody waits any more: ${doing}`, { cause: this.#caller.reason })
      : new RouterError('timed-out', `not done within ${this.#timeoutMs} ms: ${doing}`);
  }

  /** @throws RouterError `interrupted` or `timed-out` */
  check(doing: string): void {
    if (this.signal.aborted) throw this.error(doing);
  }

  /** @throws RouterError `interrupted` or `timed-out`, at once when it comes to that. */
  async pause(ms: number, doing: string): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.signal });
    } catch (error) {
      if (!this.signal.aborted) throw error;
      throw this.error(doing);
    }
  }
}
