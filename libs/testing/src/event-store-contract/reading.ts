import { expect, it } from '@jest/globals';
import { type EventStore, InvalidInput, NO_STREAM, type SubscribeOptions } from '#event-store';
import { all, appendTo, idsOf, type OnFreshLog, positionsOf, writeStream } from './support.js';

export function reading(onFreshLog: OnFreshLog): void {
  it(
    'a stream starts at any revision, also inside a commit',
    onFreshLog(async (open) => {
      const store = await open();
      await appendTo(store, 'release-a', NO_STREAM, 3);
      await appendTo(store, 'release-b', NO_STREAM, 2);
      await appendTo(store, 'release-a', 2, 2);

      const events = await all(store.readStream('release-a'));
      expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4]);
      for (const from of [0, 1, 2, 3, 4, 5, 99]) {
        expect(await all(store.readStream('release-a', from))).toEqual(events.slice(from));
      }
    }),
  );

  it(
    'a stream can be left in the middle, and an unknown one is empty',
    onFreshLog(async (open) => {
      const store = await open();
      await writeStream(store, 'release-a', 5);

      for await (const event of store.readStream('release-a')) if (event.revision === 2) break;
      expect(await all(store.readStream('release-unknown'))).toEqual([]);
      await expect(all(store.readStream('nonsense'))).rejects.toThrow(InvalidInput);
    }),
  );

  it(
    'streams are kept apart whatever is in their names',
    onFreshLog(async (open) => {
      const store = await open();
      const rests = [
        'a.b',
        'a b',
        'a',
        'a-b',
        'A',
        '*',
        '>',
        'a.*',
        'a.>',
        'a=2Eb',
        'a%2Eb',
        'ü',
        '日本',
        '$',
        '\n',
        'a\u0000',
      ];
      const streams = rests.flatMap((rest) => [`release-${rest}`, `weird.*>-${rest}`]);
      const names = [...streams, 'observation-checkout-2.4.0-ab12.eu-1.1'];
      const written = new Map<string, readonly unknown[]>();
      for (const name of names) written.set(name, (await appendTo(store, name, NO_STREAM, 2)).events);

      for (const name of names) expect(await all(store.readStream(name))).toEqual(written.get(name));
      const weird = await store.readAll({ categories: ['weird.*>'], limit: 1000 });
      expect(weird.map(({ stream }) => stream)).toEqual(
        names.filter((name) => name.startsWith('weird')).flatMap(twice),
      );
    }),
  );

  it(
    'the whole log comes in pages that meet without a gap or a repeat',
    onFreshLog(async (open) => {
      const store = await open();
      await writeInterleaved(store);
      const everything = await store.readAll({ limit: 1000 });

      expect(everything).toHaveLength(24);
      expect(positionsOf(everything)).toEqual(positionsOf(everything).sort((one, other) => one - other));
      for (const limit of [1, 2, 5, 7, 24]) expect(await pages(store, { limit })).toEqual(everything);
      expect(await store.readAll({ limit: 0 })).toEqual([]);
    }),
  );

  it(
    'the log is filtered by one category, by several, by none that exists',
    onFreshLog(async (open) => {
      const store = await open();
      await writeInterleaved(store);
      const everything = await store.readAll({ limit: 1000 });
      const of = (...categories: string[]) =>
        everything.filter(({ stream }) => categories.some((category) => stream.startsWith(`${category}-`)));

      expect(await pages(store, { limit: 3, categories: ['release'] })).toEqual(of('release'));
      expect(await pages(store, { limit: 3, categories: ['release', 'policy'] })).toEqual(of('release', 'policy'));
      expect(await pages(store, { limit: 3, categories: ['releas', 'nothing'] })).toEqual([]);
      expect(await pages(store, { limit: 3, categories: ['nothing'] })).toEqual([]);
      expect(await pages(store, { limit: 50, categories: [] })).toEqual(everything);
      await expect(store.readAll({ limit: 3, categories: ['release-a'] })).rejects.toThrow(InvalidInput);
    }),
  );

  it(
    'the head is the newest position, and nothing when there is nothing',
    onFreshLog(async (open) => {
      const store = await open();
      expect(await store.head()).toBeUndefined();
      expect(await store.readAll({ limit: 10 })).toEqual([]);

      await appendTo(store, 'release-a', NO_STREAM, 3);
      const { position } = await appendTo(store, 'topology-b', NO_STREAM, 2);
      expect(await store.head()).toBe(position);
      expect(await store.readAll({ after: position, limit: 10 })).toEqual([]);
      expect(await store.readAll({ after: position + 100_000, limit: 10 })).toEqual([]);
    }),
  );

  it(
    'what was appended is there for every other store at once',
    onFreshLog(async (open) => {
      const [writer, reader] = [await open(), await open()];
      for (let revision = -1; revision < 30; revision += 1) {
        const { events } = await appendTo(writer, 'release-a', revision);
        expect(idsOf((await all(reader.readStream('release-a'))).slice(-1))).toEqual(idsOf(events));
      }
    }),
  );
}

const twice = (name: string) => [name, name];

/** 8 commits of 3 events over streams of three categories. */
async function writeInterleaved(store: EventStore): Promise<void> {
  const ends = new Map<string, number>();
  for (const stream of [
    'release-a',
    'topology-a',
    'release-b',
    'release-a',
    'policy-a',
    'policy-a',
    'release-b',
    'topology-a',
  ]) {
    const { revision } = await appendTo(store, stream, ends.get(stream) ?? NO_STREAM, 3);
    ends.set(stream, revision);
  }
}

async function pages(store: EventStore, options: SubscribeOptions & { readonly limit: number }) {
  const found = [];
  let page = await store.readAll(options);
  while (page.length > 0) {
    expect(page.length).toBeLessThanOrEqual(options.limit);
    found.push(...page);
    page = await store.readAll({ ...options, after: page.at(-1)?.position });
  }
  return found;
}
