import type { EventStore, RecordedEvent } from '#event-store';

/** Streams whose newest event is kept; a stream that rests longer than so many others is looked up again. */
const MOST_KEPT = 100_000;

/** The newest event of each stream on a way through the log, without its data. */
export class Heads {
  private readonly heads = new Map<string, RecordedEvent>();
  private hasForgotten = false;

  constructor(
    private readonly store: EventStore,
    private readonly mostKept = MOST_KEPT,
  ) {}

  /** The event that stands before this one in its stream; undefined when there was none on the way here. */
  async before({ stream, revision }: RecordedEvent): Promise<RecordedEvent | undefined> {
    const kept = this.heads.get(stream);
    if (kept || !this.hasForgotten || revision === 0) return kept;
    for await (const event of this.store.readStream(stream, revision - 1)) {
      return event.revision === revision - 1 ? event : undefined;
    }
    return undefined;
  }

  keep(event: RecordedEvent): void {
    this.heads.delete(event.stream);
    this.heads.set(event.stream, { ...event, data: null });
    if (this.heads.size <= this.mostKept) return;
    const [oldest] = this.heads.keys();
    if (oldest !== undefined) this.heads.delete(oldest);
    this.hasForgotten = true;
  }
}
