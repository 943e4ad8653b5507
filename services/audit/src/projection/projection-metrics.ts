import { Gauge, type Registry } from 'prom-client';
import { type EventStore, EventStoreError } from '#event-store';
import { CATEGORIES } from '../story/events.js';
import { START } from './write-events.js';

interface Standing {
  readonly position: number;
  readonly waiting: number;
}

/**
 * How far the read models are behind the log. The log is asked for it at each scrape: a subscription that has gone to
 * sleep would say that there is nothing new.
 */
export function measureProjection(metrics: Registry, store: EventStore, now: () => Standing): void {
  const registers = [metrics];
  const position = () => now().position;
  new Gauge({
    name: 'sluice_projection_position',
    help: 'Up to where the read models hold the log. Compare it with itself: the log holds more than they take.',
    registers,
    collect() {
      this.set(position());
    },
  });
  new Gauge({
    name: 'sluice_log_position',
    help: 'The position of the newest event of the log. Not a number while the log is away.',
    registers,
    async collect() {
      this.set(await unlessAway(async () => (await store.head()) ?? START));
    },
  });
  new Gauge({
    name: 'sluice_projection_lag_seconds',
    help: 'The age of the oldest event that is not in the read models yet; 0 when all are. Not a number while the log is away.',
    registers,
    async collect() {
      this.set(await unlessAway(() => lagOf(store, position())));
    },
  });
  new Gauge({
    name: 'sluice_projection_events_waiting',
    help: 'Events that have come from the log and wait to be written into the read models.',
    registers,
    collect() {
      this.set(now().waiting);
    },
  });
}

async function lagOf(store: EventStore, after: number): Promise<number> {
  const [oldest] = await store.readAll({ categories: CATEGORIES, after, limit: 1 });
  // Clocks of different machines need not agree.
  return oldest ? Math.max(0, Date.now() - Date.parse(oldest.at)) / 1_000 : 0;
}

/** The other figures are wanted more than ever while the log is away. */
async function unlessAway(ask: () => Promise<number>): Promise<number> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof EventStoreError && error.retryable) return Number.NaN;
    throw error;
  }
}
