import { describe, expect, it } from '@jest/globals';
import {
  type AppendResult,
  type Commit,
  MemoryEventStore,
  type NewEvent,
  NO_STREAM,
  StoreUnavailable,
} from '#event-store';
import { commitAll } from './commit-all.js';

function events(count: number, text = ''): NewEvent[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `event-${i}`,
    type: 'SomethingHappened.v1',
    at: '2026-01-01T00:00:00.000Z',
    data: { i, text },
    meta: { commandId: 'c', actor: { kind: 'service', id: 'test' }, correlationId: 'c', causationId: 'c' },
  }));
}

async function revisions(store: MemoryEventStore, stream: string): Promise<number[]> {
  const found: number[] = [];
  for await (const event of store.readStream(stream)) found.push((event.data as { i: number }).i);
  return found;
}

/** A store that is away for the first few appends. */
class LateStore extends MemoryEventStore {
  asked = 0;

  constructor(private readonly away: number) {
    super();
  }

  override async append(commit: Commit): Promise<AppendResult> {
    this.asked += 1;
    if (this.asked <= this.away) throw new StoreUnavailable('away');
    return super.append(commit);
  }
}

const base = { stream: 'release-a', expectedRevision: NO_STREAM, commitId: 'c1', patienceMs: 5_000 };

describe('committing the events of one decision', () => {
  it('splits what is too much for one commit, and keeps the order', async () => {
    const store = new MemoryEventStore();
    const result = await commitAll(store, { ...base, events: events(1_000, 'x'.repeat(2_000)) });
    expect(result).toMatchObject({ outcome: 'appended', revision: 999 });
    expect(await revisions(store, 'release-a')).toEqual(Array.from({ length: 1_000 }, (_, i) => i));
  });

  it('stores once what is sent twice, whether it fits one commit or not', async () => {
    const store = new MemoryEventStore();
    for (const count of [3, 900]) {
      const batch = { ...base, stream: `release-${count}`, events: events(count) };
      await commitAll(store, batch);
      await commitAll(store, batch);
      expect(await revisions(store, batch.stream)).toHaveLength(count);
    }
  });

  it('waits for a store that is away for a while', async () => {
    const store = new LateStore(2);
    expect(await commitAll(store, { ...base, events: events(1) })).toMatchObject({ outcome: 'appended' });
    expect(store.asked).toBe(3);
  });

  it('gives up when its patience is over, with the error that says so', async () => {
    const store = new LateStore(1_000);
    await expect(commitAll(store, { ...base, patienceMs: 60, events: events(1) })).rejects.toBeInstanceOf(
      StoreUnavailable,
    );
  });

  it('tells a conflict as a value', async () => {
    const store = new MemoryEventStore();
    await commitAll(store, { ...base, events: events(1) });
    const late = await commitAll(store, { ...base, commitId: 'c2', events: events(1) });
    expect(late).toEqual({ outcome: 'conflict', revision: 0 });
  });
});
