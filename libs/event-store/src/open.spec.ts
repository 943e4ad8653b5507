import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from '@nats-io/transport-node';
import { KurrentDbServer, type NatsServer, startNats } from '#testing';
import { InvalidInput, StoreUnavailable, UnsupportedStore } from './errors.js';
import { JetStreamEventStore } from './jetstream.js';
import { KurrentEventStore } from './kurrentdb.js';
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

  it.each(['kurrentdb', 'esdb'])('%s:// connects, and closes that connection with the store', async (scheme) => {
    const server = await KurrentDbServer.start();
    const store = await openEventStore(server.url.replace('kurrentdb', scheme), { name });
    expect(store).toBeInstanceOf(KurrentEventStore);
    expect(await store.head()).toBeUndefined();

    await store.close();
    await expect(store.head()).rejects.toThrow(StoreUnavailable);
    await server.stop();
    const opening = openEventStore(server.url, { name, timeoutMs: 2_000 });
    await expect(opening).rejects.toMatchObject({ code: 'store-unavailable', retryable: true });
  });

  it('a URL of KurrentDB that is none is refused without its secrets', async () => {
    const opening = openEventStore('kurrentdb://ada:secret@db?tlsCAFile=missing.pem', { name });
    await expect(opening).rejects.toThrow(InvalidInput);
    await expect(opening).rejects.not.toThrow(/secret/);
  });

  it.each(['redis://127.0.0.1', 'nonsense', ''])('%j is not part of this build, and says so', async (url) => {
    const opening = openEventStore(url, { name });
    await expect(opening).rejects.toThrow(UnsupportedStore);
    await expect(opening).rejects.toThrow('use nats://, kurrentdb:// or memory://');
  });
});
