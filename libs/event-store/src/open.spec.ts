import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { type NatsServer, startNats } from '#testing';
import { StoreUnavailable, UnsupportedStore } from './errors.js';
import { JetStreamEventStore } from './jetstream.js';
import { MemoryEventStore } from './memory.js';
import { openEventStore } from './open.js';

const name = 'open.spec';

describe('opening a store by its URL', () => {
  let nats: NatsServer;
  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(() => nats.stop());

  it('memory:// is a log of its own', async () => {
    const store = await openEventStore('memory://', { name });
    expect(store).toBeInstanceOf(MemoryEventStore);
    expect(await store.head()).toBeUndefined();
  });

  it('nats:// connects, and closes that connection with the store', async () => {
    const store = await openEventStore(nats.url, { name });
    expect(store).toBeInstanceOf(JetStreamEventStore);
    expect(await store.head()).toBeUndefined();

    await store.close();
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
  });

  it('nats:// with a connection uses that one and leaves it open', async () => {
    const connection = await connect({ servers: nats.url });
    const store = await openEventStore(nats.url, { name, connection });
    await store.close();

    expect(connection.isClosed()).toBe(false);
    await connection.close();
  });

  it('a server that is not there is unavailable, which is worth another try', async () => {
    const gone = await startNats();
    await gone.stop();
    const opening = openEventStore(gone.url, { name });
    await expect(opening).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
  });

  it.each(['kurrentdb://127.0.0.1:2113', 'esdb://127.0.0.1:2113', 'redis://127.0.0.1', 'nonsense', ''])(
    '%j is not part of this build, and says so',
    async (url) => {
      const opening = openEventStore(url, { name });
      await expect(opening).rejects.toThrow(UnsupportedStore);
      await expect(opening).rejects.toThrow('use nats:// or memory://');
    },
  );
});
