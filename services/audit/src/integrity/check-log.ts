import { CorruptLog, check, type EventStore, type Fault, type RecordedEvent } from '#event-store';
import type { IntegrityProblem } from '#messaging';
import { Heads } from './heads.js';

const EVENTS_A_PAGE = 1_000;

/** What a way through the log came to. */
interface LogReport {
  readonly streams: number;
  readonly events: number;
  readonly firstProblem: IntegrityProblem | null;
}

/**
 * Recomputes every hash chain of the log in one pass, up to a position. Memory does not grow with the log.
 * @param onPage called with the events of each page, in order
 */
export async function checkLog(
  store: EventStore,
  until: number,
  onPage: (events: readonly RecordedEvent[]) => Promise<void>,
  heads = new Heads(store),
): Promise<LogReport> {
  let [streams, events, after] = [0, 0, -1];
  let firstProblem: IntegrityProblem | null = null;
  try {
    while (after < until) {
      const page = await store.readAll({ after, limit: EVENTS_A_PAGE });
      for (const event of page) {
        const before = await heads.before(event);
        const fault = check(before, event);
        if (fault) firstProblem ??= problemOf(event.stream, fault);
        if (!before) streams += 1;
        heads.keep(event);
      }
      await onPage(page);
      events += page.length;
      after = page.at(-1)?.position ?? until;
    }
  } catch (error) {
    firstProblem ??= unreadable(error);
  }
  return { streams, events, firstProblem };
}

export function problemOf(stream: string, { revision, eventId, why }: Fault): IntegrityProblem {
  return { stream, revision, event: eventId ?? null, why };
}

/** A log that cannot be read is a finding; everything else that goes wrong on the way is none. */
export function unreadable(error: unknown): IntegrityProblem {
  if (!(error instanceof CorruptLog)) throw error;
  return { stream: error.place.stream, revision: -1, event: null, why: error.message };
}
