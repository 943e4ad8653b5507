import type { RecordedEvent } from '#event-store';
import type { FeedStream } from './feed-stream.js';

const MOST_UNDER_WAY = 64;

/**
 * Publishes events one behind the other without waiting for each to be acknowledged. Each is accepted only behind the
 * one before it, so that what the stream has is always a part of the log without a hole, whichever of them fails.
 */
export class FeedWriter {
  private readonly underWay: Promise<void>[] = [];
  private behind: string | null = null;
  private fail: (error: unknown) => void = () => undefined;
  /** Rejects with what the first event failed with: publish no more with this writer then. */
  readonly failed = new Promise<never>((_, reject) => {
    this.fail = reject;
  });

  constructor(private readonly stream: FeedStream) {
    // Looked at while events are published; what fails afterwards is nobody's concern.
    this.failed.catch(() => undefined);
  }

  /** @throws what this event failed with, or one that has to be awaited first */
  async write(event: RecordedEvent): Promise<void> {
    // The first one shows what is the newest there.
    if (this.behind === null) await this.stream.publish(event, null);
    else this.underWay.push(this.publish(event, this.behind));
    this.behind = event.id;
    if (this.underWay.length >= MOST_UNDER_WAY) await this.underWay.shift();
  }

  /** Resolves when all of them are in the stream. */
  async written(): Promise<void> {
    await Promise.all(this.underWay.splice(0));
  }

  private publish(event: RecordedEvent, behind: string): Promise<void> {
    const published = this.stream.publish(event, behind);
    published.catch(this.fail);
    return published;
  }
}
