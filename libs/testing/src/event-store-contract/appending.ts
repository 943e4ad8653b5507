import { expect, it } from '@jest/globals';
import { CommitTooLarge, type EventStore, EventTooLarge, InvalidInput, NO_STREAM } from '#event-store';
import { aCommit, all, anEvent, appendTo, idsOf, type OnFreshLog, someEvents } from './support.js';

const KIB = 1024;

export function appending(onFreshLog: OnFreshLog): void {
  it(
    'gives a new stream the revisions 0, 1, 2 and says where it ended up',
    onFreshLog(async (open) => {
      const store = await open();
      const commit = aCommit('release-a', NO_STREAM, someEvents(3));

      const result = await store.append(commit);

      const events = await all(store.readStream('release-a'));
      expect(result).toEqual({ outcome: 'appended', revision: 2, position: events[2]?.position, events });
      expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2]);
      expect(events).toMatchObject(commit.events.map((event) => ({ ...event, stream: 'release-a' })));
    }),
  );

  it(
    'lets positions grow over the whole log, whatever the stream',
    onFreshLog(async (open) => {
      const store = await open();
      const first = await appendTo(store, 'release-a', NO_STREAM, 2);
      const second = await appendTo(store, 'topology-b', NO_STREAM, 2);
      const third = await appendTo(store, 'release-a', 1, 2);

      const positions = [...first.events, ...second.events, ...third.events].map(({ position }) => position);
      expect(positions).toEqual([...new Set(positions)].sort((one, other) => one - other));
    }),
  );

  it(
    'answers a wrong expected revision with the real one and stores nothing',
    onFreshLog(async (open) => {
      const store = await open();
      await appendTo(store, 'release-a', NO_STREAM, 3);

      for (const expectedRevision of [NO_STREAM, 0, 1, 3, 99]) {
        const result = await store.append(aCommit('release-a', expectedRevision, someEvents(2)));
        expect(result).toEqual({ outcome: 'conflict', revision: 2 });
      }
      expect(await store.append(aCommit('release-new', 0))).toEqual({ outcome: 'conflict', revision: NO_STREAM });
      expect(await all(store.readStream('release-a'))).toHaveLength(3);
      expect(await all(store.readStream('release-new'))).toEqual([]);
    }),
  );

  it(
    'sees what another store wrote in between',
    onFreshLog(async (open) => {
      const [one, other] = [await open(), await open()];
      await appendTo(one, 'release-a', NO_STREAM);
      await appendTo(other, 'release-a', 0);

      expect(await one.append(aCommit('release-a', 0))).toEqual({ outcome: 'conflict', revision: 1 });
      expect(await one.append(aCommit('release-a', 1))).toMatchObject({ outcome: 'appended', revision: 2 });
      expect(await other.append(aCommit('release-a', 2))).toMatchObject({ outcome: 'appended', revision: 3 });
    }),
  );

  it(
    'gives back exactly the JSON that was written',
    onFreshLog(async (open) => {
      const store = await open();
      const data = {
        text: 'Grüße ✓ 日本語 \u0000\n"\\\u2028',
        numbers: [0, -1.5, 1e21, 5e-324, Number.MAX_SAFE_INTEGER],
        nested: { '': [null, true, {}], constructor: [] },
      };
      await store.append(aCommit('release-a', NO_STREAM, [anEvent(data), anEvent(null)]));

      expect((await all(store.readStream('release-a'))).map((event) => event.data)).toEqual([data, null]);
    }),
  );

  it(
    'takes 1,000 events and 256 KiB events',
    onFreshLog(async (open) => {
      const store = await open();
      const many = someEvents(1000);
      await store.append(aCommit('release-many', NO_STREAM, many));
      expect(idsOf(await all(store.readStream('release-many')))).toEqual(idsOf(many));
      expect((await appendTo(store, 'release-many', 999)).revision).toBe(1000);

      const large = [anEventOf(256 * KIB), anEventOf(256 * KIB), anEventOf(256 * KIB)];
      await store.append(aCommit('release-large', NO_STREAM, large));
      expect(await all(store.readStream('release-large'))).toMatchObject(large);
    }),
  );

  it(
    'refuses an event over 256 KiB of JSON, and with it the whole commit',
    onFreshLog(async (open) => {
      const store = await open();
      const commit = aCommit('release-a', NO_STREAM, [anEvent(), anEventOf(256 * KIB + 1)]);

      await expect(store.append(commit)).rejects.toThrow(EventTooLarge);
      await expect(store.append(commit)).rejects.toMatchObject({ code: 'event-too-large', retryable: false });
      await expectNothingIn(store);
    }),
  );

  it(
    'refuses a commit of too many events or too many bytes',
    onFreshLog(async (open) => {
      const store = await open();
      const tooMany = aCommit('release-a', NO_STREAM, someEvents(1001));
      const tooLarge = aCommit(
        'release-a',
        NO_STREAM,
        Array.from({ length: 5 }, () => anEventOf(250 * KIB)),
      );

      await expect(store.append(tooMany)).rejects.toThrow(CommitTooLarge);
      await expect(store.append(tooLarge)).rejects.toThrow(CommitTooLarge);
      await expectNothingIn(store);
    }),
  );

  it(
    'refuses what cannot be a commit',
    onFreshLog(async (open) => {
      const store = await open();
      const good = aCommit('release-a', NO_STREAM);
      const bad = [
        { ...good, events: [] },
        { ...good, commitId: '' },
        { ...good, expectedRevision: -2 },
        { ...good, expectedRevision: 0.5 },
        { ...good, events: [anEvent(1n)] },
        ...['', 'release', '-a', 'release-', `release-${'x'.repeat(600)}`, 'release-\ud800'].map((stream) => ({
          ...good,
          stream,
        })),
      ];
      for (const commit of bad) await expect(store.append(commit)).rejects.toThrow(InvalidInput);
      await expectNothingIn(store);
    }),
  );
}

function anEventOf(bytes: number) {
  const empty = anEvent('');
  return { ...empty, data: 'x'.repeat(bytes - JSON.stringify(empty).length) };
}

async function expectNothingIn(store: EventStore): Promise<void> {
  expect(await store.head()).toBeUndefined();
  expect(await all(store.readStream('release-a'))).toEqual([]);
}
