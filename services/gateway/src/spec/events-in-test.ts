import { randomUUID } from 'node:crypto';
import type { EventStore, RecordedEvent } from '#event-store';

const META = { actor: { kind: 'person', id: 'operator' }, correlationId: 'test', causationId: 'test' } as const;

/** Appends events to the end of a stream, in commits of `together`. */
export async function append(store: EventStore, stream: string, count: number, together = 1, filling = '') {
  let revision = -1;
  for await (const event of store.readStream(stream)) revision = event.revision;
  const appended: RecordedEvent[] = [];
  for (let done = 0; done < count; done += together) {
    const commandId = randomUUID();
    const events = Array.from({ length: Math.min(together, count - done) }, (_, index) => ({
      id: randomUUID(),
      type: 'ReleasePaused.v1',
      at: '2026-01-05T09:00:00.000Z',
      data: { number: revision + 1 + index, filling },
      meta: { ...META, commandId },
    }));
    const result = await store.append({ stream, expectedRevision: revision, commitId: commandId, events });
    if (result.outcome === 'conflict') throw new Error(`somebody else writes to ${stream}`);
    appended.push(...result.events);
    revision = result.revision;
  }
  return appended;
}
