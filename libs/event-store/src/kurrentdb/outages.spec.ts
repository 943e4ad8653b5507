import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { KurrentDbServer, TcpProxy } from '#testing';
import { StoreUnavailable } from '../errors.js';
import { KurrentEventStore } from '../kurrentdb.js';
import { type AppendResult, type Commit, NO_STREAM, type RecordedEvent } from '../port.js';
import { verifyStream } from '../verify.js';

const meta = { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' } as const;

/** One commit, the same one for the same arguments. */
function commitOf(stream: string, expectedRevision: number, count = 2): Commit {
  const events = Array.from({ length: count }, (_, index) => ({
    id: `${stream}-${expectedRevision + 1 + index}`,
    type: 'Held.v1',
    at: '2026-01-31T12:00:00.000Z',
    data: { index },
    meta,
  }));
  return { stream, expectedRevision, commitId: `commit-${expectedRevision}`, events };
}

/** As a service does it: the same call again for as long as the store is unavailable. */
async function untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      // A call that fails at once must not keep everything else waiting.
      await setImmediate();
    }
  }
}

const appendUntilAnswered = (store: KurrentEventStore, commit: Commit): Promise<AppendResult> =>
  untilAnswered(() => store.append(commit));

describe('a KurrentDB event store', () => {
  let server: KurrentDbServer;
  let proxy: TcpProxy;
  const stores: KurrentEventStore[] = [];
  beforeEach(async () => {
    server = await KurrentDbServer.start();
    proxy = await TcpProxy.start(server.port);
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await proxy.stop();
    await server.stop();
  });

  async function openStore(url = server.url, timeoutMs = 1_000) {
    const store = await KurrentEventStore.open(url, { name: 'outages.spec', timeoutMs });
    stores.push(store);
    return store;
  }
  const throughProxy = () => `kurrentdb://127.0.0.1:${proxy.port}?tls=false`;
  const read = async (store: KurrentEventStore, stream: string) => {
    const events: RecordedEvent[] = [];
    for await (const event of store.readStream(stream)) events.push(event);
    return events;
  };

  /** Subscribes to everything; `reaches` settles once that many events have come. */
  async function watch(store: KurrentEventStore) {
    const seen: RecordedEvent[] = [];
    let arrived: () => void = () => undefined;
    await store.subscribe({}, (event) => {
      seen.push(event);
      arrived();
    });
    return async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (arrived = resolve));
      return seen;
    };
  }

  it.each([1, 3])('stores a commit of %i once when the answer is lost and it is sent again', async (count) => {
    const store = await openStore();
    const lost = server.loseNextAnswer();
    await expect(store.append(commitOf('release-a', NO_STREAM, count))).rejects.toMatchObject({ retryable: true });
    await lost;

    const again = await store.append(commitOf('release-a', NO_STREAM, count));
    expect(again).toEqual({
      outcome: 'appended',
      revision: count - 1,
      position: server.positions.at(-1),
      events: await read(store, 'release-a'),
    });
    expect(server.positions).toHaveLength(count);
  });

  it('knows a commit again whose answer was lost, from another process and after others wrote', async () => {
    const [store, other] = [await openStore(), await openStore()];
    const lost = server.loseNextAnswer();
    const unanswered = expect(store.append(commitOf('release-a', NO_STREAM))).rejects.toThrow(StoreUnavailable);
    await lost;
    for (const revision of [1, 3, 5]) await other.append(commitOf('release-a', revision));
    await unanswered;

    const remade = { ...commitOf('release-a', NO_STREAM, 3), commitId: 'commit--1' };
    for (const commit of [commitOf('release-a', NO_STREAM), remade]) {
      for (const anyone of [store, other, await openStore()]) {
        expect(await anyone.append(commit)).toMatchObject({ outcome: 'appended', revision: 1 });
      }
    }
    expect(await verifyStream(store.readStream('release-a'))).toMatchObject({ ok: true, count: 8 });
  });

  it('goes on without a gap or a repeat when connections break', async () => {
    const [reader, writer] = [await openStore(throughProxy()), await openStore(throughProxy())];
    const reaches = await watch(reader);
    let revision = NO_STREAM;
    for (let outage = 0; outage < 4; outage += 1) {
      for (let commit = 0; commit < 5; commit += 1) {
        if (commit === 2) proxy.cut();
        const result = await appendUntilAnswered(writer, commitOf('release-a', revision));
        expect(result.outcome).toBe('appended');
        revision = result.revision;
      }
    }
    const seen = await reaches(40);
    expect(seen).toEqual(await read(await openStore(), 'release-a'));
    expect(await verifyStream(seen)).toMatchObject({ ok: true, count: 40 });
  });

  it('follows the leader', async () => {
    const follower = await KurrentDbServer.start({ beside: server });
    try {
      follower.follow(server);
      const store = await openStore(follower.url);
      const reaches = await watch(store);
      expect((await appendUntilAnswered(store, commitOf('release-a', NO_STREAM))).revision).toBe(1);

      follower.follow();
      server.follow(follower);
      expect((await appendUntilAnswered(store, commitOf('release-a', 1))).revision).toBe(3);
      expect(await reaches(4)).toEqual(await read(store, 'release-a'));
    } finally {
      await follower.stop();
    }
  });

  it.each([
    ['by a name that stands for all', (a: number) => `kurrentdb+discover://127.0.0.1:${a}?tls=false`],
    ['by a list of nodes', (a: number, b: number) => `kurrentdb://127.0.0.1:${a},127.0.0.1:${b}?tls=false`],
  ])('finds the leader of a cluster %s', async (_, urlOf) => {
    const follower = await KurrentDbServer.start({ beside: server });
    try {
      follower.follow(server);
      const store = await openStore(urlOf(follower.port, server.port));
      expect((await store.append(commitOf('release-a', NO_STREAM))).outcome).toBe('appended');
      expect(await read(store, 'release-a')).toHaveLength(2);
    } finally {
      await follower.stop();
    }
  });

  it('goes on with the other nodes of its list when the leader is gone for good', async () => {
    const other = await KurrentDbServer.start({ beside: server });
    try {
      other.follow(server);
      const store = await openStore(`kurrentdb://127.0.0.1:${server.port},127.0.0.1:${other.port}?tls=false`);
      const reaches = await watch(store);
      expect((await appendUntilAnswered(store, commitOf('release-a', NO_STREAM))).revision).toBe(1);

      await server.stop();
      other.follow();
      expect((await appendUntilAnswered(store, commitOf('release-a', 1))).revision).toBe(3);
      expect(await reaches(4)).toEqual(await untilAnswered(() => read(store, 'release-a')));
    } finally {
      await other.stop();
    }
  });

  it('goes on when the server is started again at the same place', async () => {
    const store = await openStore();
    const reaches = await watch(store);
    let revision = NO_STREAM;
    for (let restart = 0; restart < 3; restart += 1) {
      revision = (await appendUntilAnswered(store, commitOf('release-a', revision))).revision;
      await server.stop();
      await expect(store.append(commitOf('release-a', revision))).rejects.toMatchObject({ retryable: true });
      server = await KurrentDbServer.start({ beside: server, port: server.port });
    }
    const last = await appendUntilAnswered(store, commitOf('release-a', revision));
    expect(last).toMatchObject({ outcome: 'appended', revision: 7 });
    expect(await reaches(8)).toEqual(await untilAnswered(() => read(store, 'release-a')));
    expect(server.positions).toHaveLength(8);
  });

  it('is unavailable, and no more than that, while every node says that another one leads', async () => {
    const other = await KurrentDbServer.start({ beside: server });
    try {
      const store = await openStore(`kurrentdb://127.0.0.1:${server.port},127.0.0.1:${other.port}?tls=false`);
      server.follow(other);
      other.follow(server);
      const unavailable = expect.objectContaining({ code: 'store-unavailable', retryable: true });
      await expect(store.append(commitOf('release-a', NO_STREAM))).rejects.toEqual(unavailable);
      await expect(store.head()).rejects.toEqual(unavailable);

      other.follow();
      expect((await appendUntilAnswered(store, commitOf('release-a', NO_STREAM))).revision).toBe(1);
    } finally {
      await other.stop();
    }
  });

  it('sees nothing of what else is in the database, and goes by positions that have gaps', async () => {
    const store = await openStore();
    const reaches = await watch(store);
    const positions: number[] = [];
    for (const revision of [NO_STREAM, 1, 3]) {
      for (const foreign of ['$$release-a', '$stats-1', 'release-a', 'sluice2:release-a']) server.writeRecord(foreign);
      await store.saveCheckpoint('reader', revision);
      const result = await store.append(commitOf('release-a', revision));
      if (result.outcome === 'appended') positions.push(...result.events.map(({ position }) => position));
    }
    expect(positions).toHaveLength(6);
    expect((await reaches(6)).map(({ position }) => position)).toEqual(positions);
    expect((await store.readAll({ limit: 100 })).map(({ position }) => position)).toEqual(positions);
    expect(await store.head()).toBe(positions.at(-1));
    for (const position of positions) expect(server.positions).toContain(position);
  });

  it('does not read past a record that no store wrote', async () => {
    const store = await openStore();
    server.writeRecord('sluice:release-a');
    const corrupt = expect.objectContaining({ code: 'corrupt-log', place: { stream: 'release-a', sequence: 131 } });
    await expect(store.readAll({ limit: 10 })).rejects.toEqual(corrupt);
    await expect(read(store, 'release-a')).rejects.toEqual(corrupt);
    await expect(store.append(commitOf('release-a', 0))).rejects.toEqual(corrupt);
  });
});
