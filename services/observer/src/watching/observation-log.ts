import { randomUUID } from 'node:crypto';
import { type EventStore, NO_STREAM } from '#event-store';
import { activeTrace, commitAll } from '#runtime';
import { ROUND_OBSERVED, RoundObserved } from './observation.js';

/** The rounds of one batch, in the log: what a verdict rests on, and what it can be worked out from again. */
export class ObservationLog {
  private revision = NO_STREAM;
  private all: RoundObserved[] = [];

  constructor(
    private readonly store: EventStore,
    private readonly release: string,
    private readonly batch: string,
  ) {}

  private get stream(): string {
    return `observation-${this.release}.${this.batch}`;
  }

  /** Reads what was stored since, by an earlier process or another one. */
  async catchUp(): Promise<void> {
    for await (const event of this.store.readStream(this.stream, this.revision + 1)) {
      if (event.type === ROUND_OBSERVED) this.all.push(RoundObserved.parse(event.data));
      this.revision = event.revision;
    }
  }

  /** The rounds that looked at this deployment of the batch. */
  rounds(deployedAt: string): RoundObserved[] {
    return this.all.filter((round) => round.deployedAt === deployedAt);
  }

  /** The rounds of the newest deployment. */
  latest(): RoundObserved[] {
    return this.rounds(this.all.at(-1)?.deployedAt ?? '');
  }

  /**
   * Stores a round. When another process has stored one in the meantime, that one counts and this one is dropped.
   * @throws StoreUnavailable, retryable
   */
  async add(round: RoundObserved): Promise<void> {
    const commandId = randomUUID();
    const traceparent = activeTrace()?.traceparent;
    const meta = {
      commandId,
      actor: { kind: 'service', id: 'observer' },
      correlationId: this.release,
      causationId: commandId,
      ...(traceparent ? { traceparent } : {}),
    } as const;
    const event = { id: commandId, type: ROUND_OBSERVED, at: round.at, data: round, meta };
    const commit = { stream: this.stream, expectedRevision: this.revision, commitId: commandId, events: [event] };
    const result = await commitAll(this.store, { ...commit, patienceMs: 5_000 });
    if (result.outcome === 'conflict') return this.catchUp();
    this.revision = result.revision;
    this.all.push(round);
  }
}
