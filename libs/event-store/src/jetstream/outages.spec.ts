import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type NatsServer, startNats, TcpProxy, until } from '#testing';
import { StoreUnavailable } from '../errors.js';
import { JetStreamEventStore, type JetStreamOptions } from '../jetstream.js';
import { type AppendResult, type Commit, NO_STREAM, type RecordedEvent } from '../port.js';
import { verifyStream } from '../verify.js';

const meta = { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' } as const;

/** One commit of two events, the same one for the same arguments. */
function commitOf(stream: string, expectedRevision: number): Commit {
  const events = [1, 2].map((place) => ({
    id: `${stream}-${expectedRevision + place}`,
    type: 'Held.v1',
    at: '2026-01-31T12:00:00.000Z',
    data: { place },
    meta,
  }));
  return { stream, expectedRevision, commitId: `commit-${expectedRevision}`, events };
}

/** As a service does it: the same commit again for as long as the store is unavailable. */
async function appendUntilAnswered(store: JetStreamEventStore, commit: Commit): Promise<AppendResult> {
  for (;;) {
    try {
      return await store.append(commit);
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
  }
}

async function reconnecting(connection: NatsConnection | undefined): Promise<void> {
  for await (const { type } of connection?.status() ?? []) if (type === 'reconnecting') return;
}

async function read(store: JetStreamEventStore, stream: string): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readStream(stream)) events.push(event);
  return events;
}

describe('a JetStream event store', () => {
  let nats: NatsServer;
  let proxy: TcpProxy;
  const connections: NatsConnection[] = [];
  const stores: JetStreamEventStore[] = [];
  beforeEach(async () => {
    nats = await startNats();
    proxy = await TcpProxy.start(nats.port);
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await Promise.all(connections.splice(0).map((connection) => connection.close()));
    await proxy.stop();
    await nats.stop();
  });

  async function openStore(options: JetStreamOptions = {}, port = nats.port) {
    const servers = `127.0.0.1:${port}`;
    const connection = await connect({ servers, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    connections.push(connection);
    const store = await JetStreamEventStore.open(connection, { timeoutMs: 1_000, ...options });
    stores.push(store);
    return store;
  }

  /** Appends commits of two events until told to stop; says how many. */
  function keepWriting(store: JetStreamEventStore, stream: string) {
    let stopped = false;
    const written = (async () => {
      let revision = NO_STREAM;
      while (!stopped) {
        const result = await appendUntilAnswered(store, commitOf(stream, revision));
        if (result.outcome === 'conflict') throw new Error(`lost to nobody at revision ${result.revision}`);
        revision = result.revision;
      }
      return revision + 1;
    })();
    const stop = () => {
      stopped = true;
      return written;
    };
    return { stop };
  }

  /** Subscribes to everything; `reaches` settles once that many more events have come. */
  async function watch(store: JetStreamEventStore) {
    const seen: RecordedEvent[] = [];
    let arrived: () => void = () => undefined;
    const subscription = await store.subscribe({}, (event) => {
      seen.push(event);
      arrived();
    });
    const reaches = async (count: number) => {
      while (seen.length < count) await new Promise<void>((resolve) => (arrived = resolve));
      return seen;
    };
    return { seen, reaches, subscription };
  }

  it.each([
    ['ends in good order', () => nats.restart()],
    [
      'crashes',
      async () => {
        await nats.kill();
        await nats.restart();
      },
    ],
  ])(
    'goes on without a gap or a repeat when the server %s and comes back',
    async (_, interrupt) => {
      const [reader, ...writers] = [await openStore(), await openStore(), await openStore()];
      const { seen, reaches } = await watch(reader);
      const writing = writers.map((writer, index) => keepWriting(writer, `release-${index}`));

      for (let outage = 0; outage < 2; outage += 1) {
        await reaches(seen.length + 100);
        await interrupt();
        await reaches(seen.length + 100);
      }
      const counts = await Promise.all(writing.map(({ stop }) => stop()));

      const everything = await reader.readAll({ limit: 100_000 });
      expect(everything).toHaveLength(counts.reduce((sum, count) => sum + count, 0));
      expect((await reaches(everything.length)).map(({ id }) => id)).toEqual(everything.map(({ id }) => id));
      for (const stream of ['release-0', 'release-1']) {
        expect(await verifyStream(reader.readStream(stream))).toMatchObject({ ok: true });
      }
    },
    30_000,
  );

  it('still has every commit that was acknowledged before the server was killed', async () => {
    const store = await openStore();
    const acknowledged: string[] = [];
    const streams = Array.from({ length: 8 }, (_, index) => `release-${index}`);
    let revision = NO_STREAM;
    for (let round = 0; round < 25; round += 1) {
      await Promise.all(streams.map((stream) => store.append(commitOf(stream, revision))));
      acknowledged.push(...streams.flatMap((stream) => commitOf(stream, revision).events.map(({ id }) => id)));
      revision += 2;
    }
    await nats.kill();
    await nats.restart();

    const stored = await (await openStore()).readAll({ limit: 1_000 });
    expect(stored.map(({ id }) => id).sort()).toEqual(acknowledged.sort());
  });

  it('stores a commit once when its acknowledgement never came, and then gives the answer', async () => {
    const store = await openStore({ timeoutMs: 200 }, proxy.port);
    await store.append(commitOf('release-a', NO_STREAM));

    const lost = proxy.loseTowardsClients();
    const attempt = store.append(commitOf('release-a', 1));
    await expect(attempt).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
    await lost;
    proxy.cut();

    const answer = await appendUntilAnswered(store, commitOf('release-a', 1));
    expect(answer).toMatchObject({ outcome: 'appended', revision: 3 });
    expect(await read(store, 'release-a')).toHaveLength(4);
  });

  it('says that it is unavailable, whatever it is asked, while nobody answers', async () => {
    const store = await openStore({ timeoutMs: 200 }, proxy.port);
    await store.append(commitOf('release-a', NO_STREAM));
    await store.append(commitOf('release-a', 1));

    const questions = () => [
      store.append(commitOf('release-b', NO_STREAM)),
      read(store, 'release-a'),
      store.readAll({ limit: 1 }),
      store.subscribe({}, () => undefined),
      store.head(),
      store.saveCheckpoint('reader', 1),
      store.loadCheckpoint('reader'),
    ];
    const unavailable = { status: 'rejected', reason: { code: 'store-unavailable' } };
    void proxy.loseTowardsClients();
    for (const answer of await Promise.allSettled(questions())) expect(answer).toMatchObject(unavailable);
    await proxy.stop();
    for (const answer of await Promise.allSettled(questions())) expect(answer).toMatchObject(unavailable);
  });

  it('gives up a read that stalls half way', async () => {
    const store = await openStore({ timeoutMs: 200 }, proxy.port);
    // More than the server sends without being asked again.
    for (let revision = NO_STREAM; revision < 2_400; revision += 2) {
      await store.append(commitOf('release-a', revision));
    }

    const reading = (async () => {
      for await (const { revision } of store.readStream('release-a')) {
        if (revision === 1) void proxy.loseTowardsClients();
      }
    })();
    await expect(reading).rejects.toThrow(StoreUnavailable);
  });

  it('knows its own commit again after the server has forgotten its id', async () => {
    const connection = await connect({ servers: nats.url });
    connections.push(connection);
    const store = await JetStreamEventStore.open(connection, { duplicateWindowMs: 100 });
    const first = await store.append(commitOf('release-a', NO_STREAM));
    const second = await store.append(commitOf('release-a', 1));
    const probe = () => jetstream(connection).publish('sluice.log.probe.x', '{}', { msgID: 'probe' });
    await probe();
    while ((await probe()).duplicate);

    const anew = await openStore();
    expect(await anew.append(commitOf('release-a', NO_STREAM))).toEqual(first);
    expect(await anew.append(commitOf('release-a', 1))).toEqual(second);
    expect(await anew.append({ ...commitOf('release-a', NO_STREAM), commitId: 'else' })).toEqual({
      outcome: 'conflict',
      revision: 3,
    });
  });

  it('delivers what was lost on the way when a connection breaks', async () => {
    const [writer, reader] = [await openStore(), await openStore({}, proxy.port)];
    const { seen, reaches } = await watch(reader);
    await writer.append(commitOf('release-a', NO_STREAM));
    await reaches(2);

    // The server sends these, and takes them for delivered; the reader never sees them, and no more are to come.
    const lost = proxy.loseTowardsClients();
    await writer.append(commitOf('release-a', 1));
    await writer.append(commitOf('release-a', 3));
    await lost;
    proxy.cut();

    expect((await reaches(6)).map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(seen).toHaveLength(6);
  });

  it('delivers at last what was lost on a connection that never broke', async () => {
    const [writer, reader] = [await openStore(), await openStore({}, proxy.port)];
    const { reaches } = await watch(reader);
    await writer.append(commitOf('release-a', NO_STREAM));
    await reaches(2);

    const lost = proxy.loseTowardsClients();
    await writer.append(commitOf('release-a', 1));
    await lost;
    proxy.heal();

    // The heartbeat of the server tells how many it sent.
    expect((await reaches(4)).map(({ revision }) => revision)).toEqual([0, 1, 2, 3]);
  }, 15_000);

  it('stops a subscription at once while there is no connection', async () => {
    const store = await openStore({ timeoutMs: 60_000 }, proxy.port);
    const { subscription } = await watch(store);
    await subscription.caughtUp;
    const lost = reconnecting(connections[0]);
    await proxy.stop();
    await lost;

    await subscription.stop();
    await subscription.closed;
  });

  it('leaves a server that has no log for another', async () => {
    // Nobody here may use JetStream: as with a server that is cut off from those that keep the log with it.
    const config = 'accounts { PLAIN: { users: [{ user: anybody, password: x }] } }\nno_auth_user: anybody';
    const without = await startNats({ config });
    try {
      const servers = [`127.0.0.1:${nats.port}`, `127.0.0.1:${without.port}`];
      const connection = await connect({ servers, noRandomize: true, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
      connections.push(connection);
      const store = await JetStreamEventStore.open(connection, { timeoutMs: 200 });
      stores.push(store);
      const { reaches } = await watch(store);
      await connection.reconnect();
      await until('it is with the other', () => connection.getServer() === servers[1] && connection.info !== undefined);

      expect(await appendUntilAnswered(store, commitOf('release-a', NO_STREAM))).toMatchObject({ outcome: 'appended' });
      expect(connection.getServer()).toBe(servers[0]);
      expect(await reaches(2)).toHaveLength(2);
    } finally {
      await without.stop();
    }
  });

  it('ends its subscriptions when the connection that it was given is closed', async () => {
    const store = await openStore();
    const { subscription } = await watch(store);
    const closed = expect(subscription.closed).rejects.toThrow(StoreUnavailable);
    await connections[0]?.close();
    await closed;
  });
});
