import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EventStore, NO_STREAM } from '#event-store';
import { markNow } from './mark.js';

const STREAM = 'policy-measured';
/** Where the server keeps it. */
export const SUBJECT = 'sluice.log.policy.measured';

/** Appends events of about 800 bytes of a type that nobody knows, so that it is shown and nothing else is done about it. */
export class Appending {
  #revision = NO_STREAM;

  constructor(private readonly store: EventStore) {}

  /** So many events, one every so many milliseconds, whatever becomes of those before. */
  async steadily(count: number, everyMs: number): Promise<void> {
    const begin = performance.now();
    for (let index = 0; index < count; index += 1) {
      await sleep(Math.max(0, begin + index * everyMs - performance.now()));
      await this.#append();
    }
  }

  async #append(): Promise<void> {
    const commitId = randomUUID();
    const meta = {
      commandId: commitId,
      actor: { kind: 'service', id: 'bench' },
      correlationId: commitId,
      causationId: commitId,
    } as const;
    const data = { reason: 'A measurement. '.repeat(16) };
    const event = { id: markNow(), type: 'Measured.v1', at: new Date().toISOString(), data, meta };
    const commit = { stream: STREAM, expectedRevision: this.#revision, commitId, events: [event] };
    const result = await this.store.append(commit);
    if (result.outcome === 'conflict') throw new Error(`somebody else has written to ${STREAM}`);
    this.#revision = result.revision;
  }
}
