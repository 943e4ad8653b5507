import { Histogram, type Registry } from 'prom-client';
import type {
  AppendResult,
  Commit,
  EventHandler,
  EventStore,
  RecordedEvent,
  SubscribeOptions,
  Subscription,
} from '#event-store';
import { isRetryable } from '../commit-all.js';
import { inSpan } from '../tracing/in-span.js';
import { activeTrace } from '../tracing/trace-context.js';
import { EventCounts } from './event-counts.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/**
 * The log, with how long appends take, by what they came to: `appended`, `conflict`, `unavailable` or `refused`; and with
 * counts of what was written.
 */
export class MeasuredStore implements EventStore {
  private readonly appends: Histogram<'outcome'>;
  private readonly counts: EventCounts;

  constructor(
    private readonly store: EventStore,
    metrics: Registry,
  ) {
    this.appends = new Histogram({
      name: 'sluice_append_duration_seconds',
      help: 'How long it took to store a commit, by what came of it.',
      labelNames: ['outcome'],
      buckets: SECONDS,
      registers: [metrics],
    });
    this.counts = new EventCounts(metrics);
  }

  async append(commit: Commit): Promise<AppendResult> {
    const end = this.appends.startTimer();
    try {
      const result = await traced(commit, () => this.store.append(commit));
      end({ outcome: result.outcome });
      if (result.outcome === 'appended') this.counts.count(commit.events);
      return result;
    } catch (error) {
      end({ outcome: isRetryable(error) ? 'unavailable' : 'refused' });
      throw error;
    }
  }

  readStream(stream: string, fromRevision?: number): AsyncIterable<RecordedEvent> {
    return this.store.readStream(stream, fromRevision);
  }

  readAll(options: SubscribeOptions & { readonly limit: number }): Promise<readonly RecordedEvent[]> {
    return this.store.readAll(options);
  }

  subscribe(options: SubscribeOptions, handler: EventHandler): Promise<Subscription> {
    return this.store.subscribe(options, handler);
  }

  head(): Promise<number | undefined> {
    return this.store.head();
  }

  saveCheckpoint(name: string, value: unknown): Promise<void> {
    return this.store.saveCheckpoint(name, value);
  }

  loadCheckpoint(name: string): Promise<unknown> {
    return this.store.loadCheckpoint(name);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** A span for what belongs to a trace already; a commit alone is no trace. */
function traced<T>({ stream, events }: Commit, append: () => Promise<T>): Promise<T> {
  const attributes = { 'sluice.stream': stream, 'sluice.events': events.length };
  return activeTrace() ? inSpan('append', { attributes }, append) : append();
}
