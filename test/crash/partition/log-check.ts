import { type EventStore, openEventStore, type RecordedEvent, StoreUnavailable, verifyStream } from '#event-store';
import { until } from '#testing';
import type { Acknowledged } from './command-load.js';

const PAGE = 1_000;
const PATIENCE_MS = 60_000;

/** The whole log, as one of its readers has it. A server that is away is asked again, as a service does. */
export class LogCheck {
  private constructor(private readonly store: EventStore) {}

  static async open(url: string): Promise<LogCheck> {
    return new LogCheck(await openEventStore(url, { name: 'log-check' }));
  }

  async everything(): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for (;;) {
      const last = events.at(-1);
      const page = await patiently(() =>
        this.store.readAll({ limit: PAGE, ...(last ? { after: last.position } : {}) }),
      );
      if (page.length === 0) return events;
      events.push(...page);
    }
  }

  /** Of streams whose hashes or revisions do not fit, or that are not as long as what was read of the whole log, why. */
  async unsound(events: readonly RecordedEvent[]): Promise<string[]> {
    const lengths = new Map<string, number>();
    for (const { stream } of events) lengths.set(stream, (lengths.get(stream) ?? 0) + 1);
    const unsound: string[] = [];
    for (const [stream, length] of lengths) {
      const verified = await patiently(() => verifyStream(this.store.readStream(stream)));
      if (!verified.ok) unsound.push(`${stream}: ${verified.fault}, ${verified.why}`);
      else if (verified.count !== length)
        unsound.push(`${stream} has ${verified.count} events, and ${length} in the whole log`);
    }
    return unsound;
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

/** Those of the acknowledged commands that are not in the log exactly once. */
export function notOnce(acknowledged: readonly Acknowledged[], events: readonly RecordedEvent[]): Acknowledged[] {
  const counts = new Map<string, number>();
  for (const { stream, type } of events) counts.set(`${stream} ${type}`, (counts.get(`${stream} ${type}`) ?? 0) + 1);
  return acknowledged.filter(({ release, type }) => counts.get(`release-${release} ${type}`) !== 1);
}

/** What stands more than once among these. */
export function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}

async function patiently<T>(read: () => Promise<T>): Promise<T> {
  const answers: T[] = [];
  await until(
    'the log is read',
    async () => {
      try {
        answers.push(await read());
        return true;
      } catch (error) {
        if (error instanceof StoreUnavailable) return false;
        throw error;
      }
    },
    PATIENCE_MS,
  );
  return answers[0] as T;
}
