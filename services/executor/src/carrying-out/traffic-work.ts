import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  environmentOf,
  isClosed,
  isStarted,
  plannedBatch,
  type ReleaseOrder,
  type Started,
  stagingNow,
  type TrafficSplit,
  toMs,
} from '#domain';
import {
  attributesOf,
  CLOCK,
  CONFIG,
  failSpan,
  inSpan,
  LOGGER,
  type Logger,
  partOf,
  pause,
  ReleaseBook,
  type ReleaseFile,
  type SteadyClock,
  untilStored,
} from '#runtime';
import { RouterError, type RouterOptions, routerFor, type TrafficRouter } from '#traffic';
import type { ExecutorConfig } from '../config.js';

const LOOK_MS = 100;
const KEEP_MS = 2_000;

/** A change of the traffic to be made, or, without its number, a division of it to be kept up. */
export interface TrafficTask {
  readonly key: string;
  readonly to: TrafficSplit;
  readonly shift: number | null;
}

/** Tells routers how to divide the traffic, and writes down what came of it. */
@Injectable()
export class TrafficWork {
  constructor(
    @Inject(CLOCK) private readonly clock: SteadyClock,
    @Inject(CONFIG) private readonly config: ExecutorConfig,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly book: ReleaseBook,
  ) {}

  /** Ends when the change is in the log, or when it is called off. */
  async carryOut({ shift, to }: TrafficTask, file: ReleaseFile, signal: AbortSignal): Promise<void> {
    const { state } = file;
    if (!isStarted(state)) return;
    const options = { timeoutMs: toMs(state.spec.limits.unitTimeout), signal };
    if (shift === null) await this.keep(to, state, file, options);
    else {
      const about = { origin: partOf(file.traces.work), attributes: attributesOf(placeOf(state)) };
      await inSpan('shift traffic', about, () => this.move({ shift, to }, state, options));
    }
  }

  private async move(
    { shift, to }: { readonly shift: number; readonly to: TrafficSplit },
    state: Started,
    options: RouterOptions & { readonly signal: AbortSignal },
  ): Promise<void> {
    const began = this.clock.now();
    const told = (outcome: string) => ({ ...placeOf(state), shift, to, outcome, ms: this.clock.now() - began });
    let order: ReleaseOrder;
    try {
      await this.bring(this.routerOf(state), to, options);
      order = { type: 'record-traffic-shifted', shift };
      this.logger.info(told('done'), 'the router divides the traffic anew');
    } catch (error) {
      if (!(error instanceof RouterError)) throw error;
      if (options.signal.aborted) return;
      const { code, message, retryable } = error;
      order = { type: 'record-traffic-shift-failed', shift, error: { code, message, retryable } };
      failSpan(code);
      this.logger.warn(told(code), 'the router does not divide the traffic as it was told');
    }
    // An outcome that is not awaited any more is refused, which is fine.
    const reading = () => this.clock.reading();
    const by = { commandId: randomUUID(), actor: { kind: 'service', id: 'executor' }, reading } as const;
    await untilStored(() => this.book.order(state.release, order, by), options.signal);
  }

  /** Traffic that leaves has left only when nothing is under way any more. */
  private async bring(router: TrafficRouter, to: TrafficSplit, options: RouterOptions): Promise<void> {
    const deadline = this.clock.now() + options.timeoutMs;
    const rest = () => ({ ...options, timeoutMs: Math.max(1, deadline - this.clock.now()) });
    if (isClosed(to)) return router.drain(rest());
    await router.apply(to, rest());
    while (!(await router.converged(to, rest()))) {
      if (options.signal?.aborted) throw new RouterError('interrupted', 'the change was called off');
      if (this.clock.now() > deadline)
        throw new RouterError('timed-out', 'the router has not taken the change in time');
      await pause(LOOK_MS, options.signal);
    }
  }

  /**
   * A router that was restarted has forgotten what it was told, and divides nothing: it is told again. Nothing is
   * written down: the observer sees by itself what the traffic really does.
   */
  private async keep(
    split: TrafficSplit,
    state: Started,
    { release }: ReleaseFile,
    options: RouterOptions & { readonly signal: AbortSignal },
  ): Promise<void> {
    while (!options.signal.aborted) {
      await pause(KEEP_MS, options.signal);
      if (options.signal.aborted) return;
      try {
        const router = this.routerOf(state);
        if (await router.converged(split, options)) continue;
        this.logger.warn({ release, split }, 'the router does not divide the traffic as it was told; telling it again');
        await router.apply(split, options);
      } catch (error) {
        if (!(error instanceof RouterError)) throw error;
        if (!options.signal.aborted) this.logger.warn({ release, err: error }, 'the router could not be looked after');
      }
    }
  }

  /** @throws Error for a release without staging: it has no traffic to move */
  private routerOf(state: Started): TrafficRouter {
    const staging = stagingNow(state);
    if (!staging) throw new Error(`release ${state.release} has no staging environment`);
    const { planned } = staging;
    return routerFor(environmentOf(planned), planned.traffic.mode, { allow: this.config.EXEC_ALLOW });
  }
}

function placeOf(state: Started): { release: string; batch?: string } {
  const staging = stagingNow(state);
  return { release: state.release, ...(staging ? { batch: plannedBatch(state.plan, staging.number).id } : {}) };
}
