import { setTimeout as sleep } from 'node:timers/promises';
import { RouterError } from './errors.js';
import type { RouterOptions } from './port.js';

/** Timers cannot be set to more, nor to fractions. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * The time that a call of a router may take in all, and the caller's patience with it. `undone` is always what has not
 * happened yet, as a sentence: "the log was not read".
 */
export class TimeLimit {
  /** Aborts when the time is over and when the caller stops waiting. */
  readonly signal: AbortSignal;
  readonly #timeoutMs: number;
  readonly #caller: AbortSignal | undefined;

  constructor({ timeoutMs, signal }: RouterOptions) {
    this.#timeoutMs = timeoutMs;
    this.#caller = signal;
    const timeout = AbortSignal.timeout(Math.min(Math.max(Math.ceil(timeoutMs), 0), LONGEST_MS));
    this.signal = signal ? AbortSignal.any([signal, timeout]) : timeout;
  }

  /** Why there is no time left, `interrupted` or `timed-out`; null as long as there is some. */
  ended(undone: string): RouterError | null {
    return this.signal.aborted ? this.error(undone) : null;
  }

  /** @throws RouterError `interrupted` or `timed-out` when there is no time left. */
  check(undone: string): void {
    if (this.signal.aborted) throw this.error(undone);
  }

  /** @throws RouterError `interrupted` or `timed-out`, at once when it comes to that. */
  async pause(ms: number, undone: string): Promise<void> {
    try {
      await sleep(Math.min(ms, LONGEST_MS), undefined, { signal: this.signal });
    } catch (error) {
      throw this.ended(undone) ?? error;
    }
  }

  /** What {@link ended} says, for whoever has been told by {@link signal}. */
  error(undone: string): RouterError {
    return this.#caller?.aborted
      ? new RouterError('interrupted', `nobody waits any more: ${undone}`, { cause: this.#caller.reason })
      : new RouterError('timed-out', `${undone} within ${this.#timeoutMs} ms`);
  }
}
