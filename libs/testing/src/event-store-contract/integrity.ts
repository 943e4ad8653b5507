import { expect, it } from '@jest/globals';
import { check, EMPTY_HEAD, GENESIS_HASH, hashOf, NO_STREAM, type RecordedEvent, verifyStream } from '#event-store';
import { all, appendTo, type OnFreshLog } from './support.js';

export function integrity(onFreshLog: OnFreshLog): void {
  it(
    'chains every event to the one before it in its stream',
    onFreshLog(async (open) => {
      const [store, other] = [await open(), await open()];
      await appendTo(store, 'release-a', NO_STREAM, 2);
      await appendTo(store, 'release-b', NO_STREAM, 2);
      await appendTo(other, 'release-a', 1, 2);
      await appendTo(store, 'release-a', 3);

      const events = await all(store.readStream('release-a'));
      expect(events.map(({ meta }) => meta.previousHash)).toEqual([
        GENESIS_HASH,
        ...events.slice(0, -1).map(({ meta }) => meta.hash),
      ]);
      for (const event of events) expect(event.meta.hash).toBe(hashOf(event, event.meta.previousHash));
      const head = { revision: 4, hash: events[4]?.meta.hash };
      expect(await verifyStream(store.readStream('release-a'))).toEqual({ ok: true, count: 5, head });
      expect(await verifyStream(store.readStream('release-none'))).toEqual({ ok: true, count: 0, head: EMPTY_HEAD });
    }),
  );

  it(
    'names the first event that was changed, is missing or was moved',
    onFreshLog(async (open) => {
      const store = await open();
      await appendTo(store, 'release-a', NO_STREAM, 3);
      await appendTo(store, 'release-a', 2, 3);
      const events = await all(store.readStream('release-a'));
      const ids = events.map(({ id }) => id);
      const changed = events.map((event) => (event.revision === 3 ? { ...event, data: { forged: true } } : event));
      const without = events.filter(({ revision }) => revision !== 2);
      const moved = [...events].sort((one, other) => swap(one.revision) - swap(other.revision));

      expect(await verifyStream(changed)).toMatchObject({ ok: false, fault: 'changed', revision: 3, eventId: ids[3] });
      expect(await verifyStream(without)).toMatchObject({ ok: false, fault: 'missing', revision: 2, eventId: ids[3] });
      expect(await verifyStream(moved)).toMatchObject({ ok: false, fault: 'reordered', revision: 1, eventId: ids[4] });
    }),
  );

  it(
    'is verified for the whole log in one pass',
    onFreshLog(async (open) => {
      const store = await open();
      await appendTo(store, 'release-a', NO_STREAM, 2);
      await appendTo(store, 'topology-a', NO_STREAM, 2);
      await appendTo(store, 'release-a', 1, 2);
      const newest = new Map<string, RecordedEvent>();
      for (const event of await store.readAll({ limit: 100 })) {
        expect(check(newest.get(event.stream), event)).toBeUndefined();
        newest.set(event.stream, event);
      }
      expect([...newest.values()].map(({ stream, revision }) => [stream, revision])).toEqual([
        ['release-a', 3],
        ['topology-a', 1],
      ]);
    }),
  );
}

/** Trades the places of revisions 1 and 4. */
function swap(revision: number): number {
  return revision === 1 || revision === 4 ? 5 - revision : revision;
}
