import { SubscriptionStopped } from './errors.js';
import type { EventHandler, RecordedEvent, Subscription } from './port.js';

/** How an adapter feeds a subscription. */
export interface SubscriptionSource {
  /** The events in order, from where the subscription starts, without an end. Ends early when the signal aborts. */
  readonly events: (signal: AbortSignal) => AsyncIterable<RecordedEvent>;
  /** The position to reach before the subscription has caught up; undefined when there is nothing to catch up with. */
  readonly caughtUpAt: number | undefined;
}

/** The running subscriptions of one store: all of them end when the store is closed. */
export class Subscriptions {
  readonly #running = new Set<Subscription>();

  start(source: SubscriptionSource, handler: EventHandler): Subscription {
    const subscription = run(source, handler, () => this.#running.delete(subscription));
    this.#running.add(subscription);
    return subscription;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((subscription) => subscription.stop()));
  }
}

function run(source: SubscriptionSource, handler: EventHandler, onEnd: () => void): Subscription {
  const stopping = new AbortController();
  const caughtUp = new Milestone();
  if (source.caughtUpAt === undefined) caughtUp.reach();

  const deliver = async () => {
    try {
      for await (const event of source.events(stopping.signal)) {
        if (stopping.signal.aborted) break;
        await handler(event);
        if (source.caughtUpAt !== undefined && event.position >= source.caughtUpAt) caughtUp.reach();
      }
      caughtUp.miss(new SubscriptionStopped());
    } catch (error) {
      caughtUp.miss(error);
      throw error;
    } finally {
      onEnd();
    }
  };

  const closed = Promise.resolve().then(deliver);
  const stop = async () => {
    stopping.abort();
    await Promise.allSettled([closed]);
  };
  return { caughtUp: caughtUp.reached, closed, stop };
}

/** A promise that is settled from outside, once. */
class Milestone {
  reach!: () => void;
  miss!: (error: unknown) => void;
  readonly reached = new Promise<void>((resolve, reject) => {
    this.reach = resolve;
    this.miss = reject;
  });

  constructor() {
    // The same error is on `closed`, which stays loud when nobody looks. Nobody is forced to look here as well.
    this.reached.catch(() => undefined);
  }
}
