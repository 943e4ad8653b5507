import type { DataSource } from 'typeorm';
import { type EventStore, type RecordedEvent, type Subscription, SubscriptionStopped } from '#event-store';
import { pause } from '#runtime';
import { isDatabaseAway } from '../database/failure.js';
import { CATEGORIES } from '../story/events.js';
import { Changes } from './changes.js';
import { Gatherer } from './gatherer.js';
import { checkpoint, writeEvents } from './write-events.js';

/** Events that are written in one transaction, while the log is caught up with. */
export const MOST_A_GROUP = 2_000;
/**
 * A few milliseconds bring the events of one commit together; while the log is caught up with, groups are as large as
 * what comes during a write. What waits, and what is written meanwhile, stay below so many bytes each.
 */
const GROUPS = {
  gatherMs: 5,
  mostGatherMs: 100,
  mostAGroup: MOST_A_GROUP,
  mostWaiting: 2 * MOST_A_GROUP,
  mostBytesWaiting: 32 * 2 ** 20,
  bytesOf: ({ data }: RecordedEvent) => JSON.stringify([data]).length,
};
/** For so long a database that went away is waited for. */
const PATIENCE_MS = 30_000;

/** One life of the projection: from where the read models are, on and on, until it is stopped or something breaks. */
export class ProjectionRun {
  /** Events that this run has written. */
  events = 0;
  private readonly changes = new Changes();
  private readonly stopping = new AbortController();
  private readonly gatherer = new Gatherer<RecordedEvent>((group) => this.write(group), GROUPS);
  private subscription: Subscription | null = null;

  private constructor(
    private readonly database: DataSource,
    private at: number,
  ) {}

  static async start(store: EventStore, database: DataSource): Promise<ProjectionRun> {
    const at = await checkpoint(database.manager);
    const run = new ProjectionRun(database, at);
    run.subscription = await store.subscribe({ categories: CATEGORIES, after: at }, (event) =>
      run.gatherer.accept(event),
    );
    return run;
  }

  /** Up to where the read models hold the log. */
  get position(): number {
    return this.at;
  }

  /** Events that have come and are not handed to the database yet. */
  get waiting(): number {
    return this.gatherer.waiting;
  }

  /** Resolves after `stop`; rejects with what broke. */
  get closed(): Promise<void> {
    return Promise.all([this.subscription?.closed, this.gatherer.closed]).then(() => undefined);
  }

  /** Resolves when everything is in that stood in the log when the run started, or the run was stopped. */
  async caughtUp(): Promise<void> {
    try {
      await this.subscription?.caughtUp;
    } catch (error) {
      if (!(error instanceof SubscriptionStopped)) throw error;
    }
    await this.gatherer.drained();
  }

  /** Whether the read models get to a position within the time. */
  reached(position: number, withinMs: number): Promise<boolean> {
    return this.changes.until(() => this.at >= position, withinMs);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.gatherer.stop();
    await this.subscription?.stop();
  }

  private async write(group: readonly RecordedEvent[]): Promise<void> {
    this.at = await this.patiently(() => writeEvents(this.database, group, this.at));
    this.events += group.length;
    this.changes.happened();
  }

  private async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    for (let wait = 50; ; wait = Math.min(2_000, wait * 2)) {
      try {
        return await attempt();
      } catch (error) {
        if (!isDatabaseAway(error) || Date.now() > deadline || this.stopping.signal.aborted) throw error;
        await pause(wait, this.stopping.signal);
      }
    }
  }
}
