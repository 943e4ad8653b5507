import { check, type EventStore, openEventStore, type RecordedEvent } from '#event-store';

const PAGE = 1_000;

/** The whole log, read from its server without any service in between. */
export async function readLog(natsUrl: string): Promise<RecordedEvent[]> {
  const store: EventStore = await openEventStore(natsUrl, { name: 'kill-under-load' });
  try {
    const log: RecordedEvent[] = [];
    for (;;) {
      const page = await store.readAll({ after: log.at(-1)?.position ?? -1, limit: PAGE });
      log.push(...page);
      if (page.length < PAGE) return log;
    }
  } finally {
    await store.close();
  }
}

/** Whatever is not in order: places in the log that do not grow, revisions with gaps, hashes that do not fit. */
export function disorderIn(log: readonly RecordedEvent[]): string[] {
  const heads = new Map<string, RecordedEvent>();
  const faults: string[] = [];
  let position = -1;
  for (const event of log) {
    if (event.position <= position) faults.push(`position ${event.position} stands after ${position}`);
    position = event.position;
    const fault = check(heads.get(event.stream), event);
    if (fault) faults.push(`${event.stream}: ${fault.why}`);
    heads.set(event.stream, event);
  }
  return faults;
}

/** The state in which each release ended, by its last event; null for one that has not. */
export function endsIn(log: readonly RecordedEvent[]): Map<string, string | null> {
  const ends = new Map<string, string | null>();
  for (const { stream, type } of log) {
    if (!stream.startsWith('release-')) continue;
    const release = stream.slice('release-'.length);
    ends.set(release, ENDED[type] ?? ends.get(release) ?? null);
  }
  return ends;
}

const ENDED: Readonly<Record<string, string>> = {
  'ReleaseRejected.v1': 'rejected',
  'ReleaseWithdrawn.v1': 'withdrawn',
  'ReleaseCompleted.v1': 'completed',
  'ReleaseAborted.v1': 'aborted',
  'ReleaseRolledBack.v1': 'rolled-back',
};
