import { expect, it } from '@jest/globals';
import { NO_STREAM } from '#event-store';
import { aCommit, all, anEvent, appendTo, idsOf, type OnFreshLog, someEvents, writeStream } from './support.js';

export function repeating(onFreshLog: OnFreshLog): void {
  it(
    'at once gives the first answer again and stores nothing more',
    onFreshLog(async (open) => {
      const store = await open();
      const commit = aCommit('release-a', NO_STREAM, someEvents(2));
      const first = await store.append(commit);

      expect(await store.append(commit)).toEqual(first);
      expect(await (await open()).append(commit)).toEqual(first);
      expect(idsOf(await all(store.readStream('release-a')))).toEqual(idsOf(commit.events));
    }),
  );

  it(
    'after others wrote still gives the first answer, however much was written since',
    onFreshLog(async (open) => {
      const [store, other] = [await open(), await open()];
      await appendTo(store, 'release-a', NO_STREAM);
      const commit = aCommit('release-a', 0, someEvents(2));
      const first = await store.append(commit);
      for (let revision = 2; revision < 40; revision += 1) await appendTo(other, 'release-a', revision);

      for (const anyone of [store, other, await open()]) expect(await anyone.append(commit)).toEqual(first);
      expect(await all(store.readStream('release-a'))).toHaveLength(41);
    }),
  );

  it(
    'at the same time, from everywhere, is one commit',
    onFreshLog(async (open) => {
      const stores = [await open(), await open(), await open()];
      for (let round = 0; round < 20; round += 1) {
        const commit = aCommit('release-a', round - 1);
        const results = await Promise.all([...stores, ...stores].map((store) => store.append(commit)));
        for (const result of results) expect(result).toEqual(results[0]);
        expect(results[0]).toMatchObject({ outcome: 'appended', revision: round });
      }
      expect(await all((await open()).readStream('release-a'))).toHaveLength(20);
    }),
  );

  it(
    'gives back what was stored the first time, also when the events were made anew',
    onFreshLog(async (open) => {
      const store = await open();
      const commit = aCommit('release-a', NO_STREAM);
      const first = await store.append(commit);

      expect(await store.append({ ...commit, events: [anEvent({ another: true })] })).toEqual(first);
    }),
  );

  it(
    'with another id is another commit, and so is the same id elsewhere',
    onFreshLog(async (open) => {
      const store = await open();
      const commit = aCommit('release-a', NO_STREAM);
      await store.append(commit);

      expect(await store.append({ ...commit, commitId: 'another' })).toEqual({ outcome: 'conflict', revision: 0 });
      expect(await store.append({ ...commit, expectedRevision: 0 })).toMatchObject({
        outcome: 'appended',
        revision: 1,
      });
      expect(await store.append({ ...commit, stream: 'release-b' })).toMatchObject({
        outcome: 'appended',
        revision: 0,
      });
    }),
  );

  it(
    'is not mistaken for a commit that only has the same id further on',
    onFreshLog(async (open) => {
      const store = await open();
      await writeStream(store, 'release-a', 3);
      const commit = aCommit('release-a', 2);
      await store.append(commit);

      expect(await store.append({ ...commit, expectedRevision: 0 })).toEqual({ outcome: 'conflict', revision: 3 });
    }),
  );
}
