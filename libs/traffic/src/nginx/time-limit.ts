import { setTimeout as sleep } from 'node:timers/promises';
import { RouterError } from '../errors.js';
import type { RouterOptions } from '../port.js';

/** The time that a call of the router may take in all, and the caller's patience with it. */
export class TimeLimit {
  /** Aborts when the time is over and when the caller stops waiting. */
  readonly signal: AbortSignal;

  constructor(private readonly options: RouterOptions) {
    const timeout = AbortSignal.timeout(options.timeoutMs);
    this.signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  }

  /** Why there is no time left; null as long as there is some. `waitingFor` says what took so long. */
  ended(waitingFor: string): RouterError | null {
    if (this.options.signal?.aborted) return new RouterError('interrupted', 'nobody waits any more');
    if (!this.signal.aborted) return null;
    return new RouterError('timed-out', `${waitingFor} within ${this.options.timeoutMs} ms`);
  }

  /** @throws RouterError when there is no time left. */
  check(waitingFor: string): void {
    const ended = this.ended(waitingFor);
    if (ended) throw ended;
  }

  /** @throws RouterError when the time ends first. */
  async pause(ms: number, waitingFor: string): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.signal });
    } catch (error) {
      throw this.ended(waitingFor) ?? error;
    }
  }
}
