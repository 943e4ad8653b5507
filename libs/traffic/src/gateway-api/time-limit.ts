import { setTimeout as sleep } from 'node:timers/promises';
import { RouterError } from '../errors.js';
import type { RouterOptions } from '../port.js';

/** Timers cannot be set to more. */
const LONGEST_MS = 2 ** 31 - 1;

/** The time that a call of a router may take in all, and the caller's patience with it. */
export class TimeLimit {
  /** Aborts when the time is over and when the caller stops waiting. */
  readonly signal: AbortSignal;

  constructor(private readonly options: RouterOptions) {
    const timeout = AbortSignal.timeout(Math.min(options.timeoutMs, LONGEST_MS));
    this.signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  }

  /** Why there is no time left; null as long as there is some. */
  get ended(): RouterError | null {
    if (this.options.signal?.aborted) return new RouterError('interrupted', 'nobody waits any more');
    if (!this.signal.aborted) return null;
    return new RouterError('timed-out', `was not done within ${this.options.timeoutMs} ms`);
  }

  /** @throws RouterError when the time ends first. */
  async pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.signal });
    } catch (error) {
      throw this.ended ?? error;
    }
  }
}
