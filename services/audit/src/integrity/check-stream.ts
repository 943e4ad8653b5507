import { type EventStore, type RecordedEvent, verifyStream } from '#event-store';
import type { IntegrityProblem } from '#messaging';
import { problemOf } from './check-log.js';

/** What verifying one stream came to. */
interface StreamReport {
  readonly events: number;
  /** The place of its newest event in the log; -1 when it is empty. */
  readonly position: number;
  readonly problem: IntegrityProblem | null;
}

/** Recomputes the hash chain of one stream. */
export async function checkStream(store: EventStore, stream: string): Promise<StreamReport> {
  let [events, position] = [0, -1];
  async function* counted(): AsyncGenerator<RecordedEvent> {
    for await (const event of store.readStream(stream)) {
      events += 1;
      ({ position } = event);
      yield event;
    }
  }
  const verification = await verifyStream(counted());
  return { events, position, problem: verification.ok ? null : problemOf(stream, verification) };
}
