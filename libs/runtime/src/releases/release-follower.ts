import { z } from 'zod';
import type { EventStore, RecordedEvent, Subscription } from '#event-store';
import { isRetryable } from '../commit-all.js';
import type { Logger } from '../service/logging.js';
import { untilStored } from '../until-stored.js';
import type { ReleaseBook } from './release-book.js';
import type { ReleaseFile } from './release-file.js';

const Checkpoint = z.object({ position: z.int(), live: z.array(z.string()) });
/** Between two checkpoints: what is read again after a crash is at most this much, as long as they can be saved. */
const EVENTS_BETWEEN = 1_000;
/** A checkpoint has a limit. With more live releases than these the last one stands, and a start reads more. */
const MOST_LIVE = 1_000;

type Changed = (file: ReleaseFile) => void;

/**
 * Follows the log and keeps the live releases of a book up to date. A start costs as much as there are live releases
 * and events since the last checkpoint; finished releases cost nothing.
 */
export class ReleaseFollower {
  private subscription: Subscription | null = null;
  private sinceCheckpoint = 0;
  private position = -1;
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<{ readonly for: number; readonly go: () => void }>();

  /** @param name under which the checkpoint is kept, one for each service */
  constructor(
    private readonly store: EventStore,
    private readonly book: ReleaseBook,
    private readonly name: string,
    private readonly onChange: Changed,
    private readonly logger: Logger,
  ) {}

  /** Resolves when everything that stood in the log is known; then `onChange` has been called for each live release. */
  async start(): Promise<void> {
    const saved = Checkpoint.safeParse(await this.store.loadCheckpoint(this.name));
    const checkpoint = saved.success ? saved.data : null;
    for (const release of checkpoint?.live ?? []) await this.book.fresh(release);
    const after = checkpoint ? { after: checkpoint.position } : {};
    this.position = checkpoint?.position ?? -1;
    let caughtUp = false;
    this.subscription = await this.store.subscribe({ categories: ['release'], ...after }, async (event) => {
      // The log is read when the event is not the next that the book knows of: it may have gone away again.
      const taken = await untilStored(() => this.book.take(releaseOf(event), event), this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      const file = taken ?? this.broughtByAnOrder(event);
      if (file && caughtUp) this.onChange(file);
      this.moveOn(event.position);
      await this.moveCheckpoint(event.position);
    });
    await Promise.race([this.subscription.caughtUp, this.subscription.closed]);
    caughtUp = true;
    for (const file of this.book.live()) this.onChange(file);
  }

  /** Resolves when the book has every event of a release up to a position that holds one. */
  async reached(position: number): Promise<void> {
    if (this.position >= position) return;
    await new Promise<void>((resolve) => this.waiting.add({ for: position, go: resolve }));
  }

  /** Settles when following ended: resolves after `stop`, rejects with the error that ended it. */
  get closed(): Promise<void> {
    return this.subscription?.closed ?? Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.subscription?.stop();
  }

  /**
   * An order of this process may have read on before the subscription: what others wrote is known then, and nobody was
   * told. The newest event tells of all of them.
   */
  private broughtByAnOrder(event: RecordedEvent): ReleaseFile | null {
    const known = this.book.known(releaseOf(event));
    return known?.revision === event.revision ? known : null;
  }

  private moveOn(position: number): void {
    this.position = position;
    for (const waiting of this.waiting) {
      if (waiting.for > position) continue;
      this.waiting.delete(waiting);
      waiting.go();
    }
  }

  private async moveCheckpoint(position: number): Promise<void> {
    this.sinceCheckpoint += 1;
    if (this.sinceCheckpoint < EVENTS_BETWEEN) return;
    this.sinceCheckpoint = 0;
    if (this.book.live().length > MOST_LIVE) return;
    const live = this.book.live().map((file) => file.release);
    try {
      await this.store.saveCheckpoint(this.name, { position, live });
    } catch (error) {
      if (!isRetryable(error)) throw error;
      // No reason to stop following: without it a start reads more.
      this.logger.warn({ err: error }, `the checkpoint ${this.name} could not be saved; the last one stands`);
    }
  }
}

function releaseOf(event: RecordedEvent): string {
  return event.stream.slice('release-'.length);
}
