import { ABSENT, evolve, isEnd, isStarted, type ReleaseState, readReleaseEvent } from '#domain';
import { type EventStore, NO_STREAM, type RecordedEvent } from '#event-store';
import { ReleaseTraces } from '../tracing/release-traces.js';

/** What is known of one release: its state and how far in its stream that is. */
export class ReleaseFile {
  state: ReleaseState = ABSENT;
  revision = NO_STREAM;
  /** Id of the newest event; what comes next was caused by it. */
  lastEvent = '';
  /** Where in the log the release was started: of two that were, one was first. */
  startedAt: number | null = null;
  readonly traces = new ReleaseTraces();

  constructor(readonly release: string) {}

  get stream(): string {
    return `release-${this.release}`;
  }

  /**
   * Takes the next event of the stream. False when it is one that was taken before.
   * @throws RangeError when events in between are missing: read the stream instead
   */
  take(event: RecordedEvent): boolean {
    if (event.revision <= this.revision) return false;
    if (event.revision !== this.revision + 1)
      throw new RangeError(`${this.stream} misses revision ${this.revision + 1}`);
    const known = readReleaseEvent(event);
    if (known) this.state = evolve(this.state, known);
    if (known?.type === 'ReleaseStarted.v1') this.startedAt = event.position;
    this.revision = event.revision;
    this.lastEvent = event.id;
    this.traces.take(event);
    return true;
  }

  /** Reads what others have written since. */
  async catchUp(store: EventStore): Promise<void> {
    for await (const event of store.readStream(this.stream, this.revision + 1)) this.take(event);
  }

  /** Whether anything can still happen to it by itself. */
  isLive(): boolean {
    if (this.state.status === 'absent') return false;
    if (!isEnd(this.state.status)) return true;
    const { state } = this;
    return isStarted(state) && state.active.some((number) => state.batches.at(number).inFlight.length > 0);
  }
}
