import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type NatsServer, startNats } from '#testing';
import { CorruptLog } from '../errors.js';
import { EMPTY_HEAD, type SealedEvent, seal } from '../hash-chain.js';
import { JetStreamEventStore } from '../jetstream.js';
import type { NewEvent, RecordedEvent } from '../port.js';
import { verifyStream } from '../verify.js';

const meta = { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' } as const;
const eventOf = (id: string): NewEvent => ({ id, type: 'Held.v1', at: '2026-01-31T12:00:00.000Z', data: {}, meta });
const commitOf = (events: readonly SealedEvent[], stream = 'release-a') => ({
  commitId: 'forged',
  stream,
  previous: 0,
  start: 0,
  events,
});
const [first, second, third] = seal({ stream: 'release-a', events: ['1', '2', '3'].map(eventOf) }, EMPTY_HEAD) as [
  SealedEvent,
  SealedEvent,
  SealedEvent,
];
const ofAnother = seal({ stream: 'release-b', events: [eventOf('1')] }, EMPTY_HEAD);

const forgeries: [string, unknown][] = [
  ['is not JSON', 'garbage'],
  ['is no commit', { hello: 'world' }],
  ['is no commit', commitOf([])],
  ['no stream can have this name', commitOf([first], 'nonsense')],
  ['whose subject is another', commitOf(ofAnother, 'release-b')],
  ['is of stream release-b', commitOf(ofAnother)],
  ['event 3 does not follow event 1', commitOf([first, third])],
  ['it follows sequence 99', { ...commitOf([second]), previous: 99, start: 1 }],
  ['revision 0 cannot follow sequence 1', { ...commitOf([first]), previous: 1, start: 1 }],
  ['follows sequence 1 of a stream that starts at 0', { ...commitOf([second]), previous: 1 }],
  ['revision 1 cannot follow sequence 0', commitOf([second])],
];

describe('a log that somebody else wrote into', () => {
  let nats: NatsServer;
  let nc: NatsConnection;
  let store: JetStreamEventStore;
  beforeEach(async () => {
    nats = await startNats();
    nc = await connect({ servers: nats.url });
    store = await JetStreamEventStore.open(nc);
  });
  afterEach(async () => {
    await store.close();
    await nc.close();
    await nats.stop();
  });

  const forge = (payload: unknown) =>
    jetstream(nc).publish('sluice.log.release.a', typeof payload === 'string' ? payload : JSON.stringify(payload));
  const readAll = async () => {
    const events: RecordedEvent[] = [];
    for await (const event of store.readStream('release-a')) events.push(event);
    return events;
  };

  it.each(forgeries)('is not read past a message of which is said: %s', async (why, payload) => {
    const appended = await store.append({
      stream: 'release-b',
      expectedRevision: -1,
      commitId: 'commit-1',
      events: [eventOf('1')],
    });
    expect(appended.outcome).toBe('appended');
    await forge(payload);
    const corrupt = expect.objectContaining({
      code: 'corrupt-log',
      retryable: false,
      place: { stream: expect.stringContaining('release.a'), sequence: 2 },
      why: expect.stringContaining(why),
    });

    await expect(readAll()).rejects.toEqual(corrupt);
    await expect(store.readAll({ limit: 10 })).rejects.toEqual(corrupt);
    await expect(store.head()).rejects.toEqual(corrupt);
    await expect(store.subscribe({}, () => undefined)).rejects.toEqual(corrupt);
    const append = { stream: 'release-a', expectedRevision: 0, commitId: 'commit-2', events: [eventOf('2')] };
    await expect(store.append(append)).rejects.toEqual(corrupt);
    expect(await verifyStream(store.readStream('release-a'))).toMatchObject({ ok: false, fault: 'unreadable' });
  });

  it('ends a running subscription with the error', async () => {
    const subscription = await store.subscribe({}, () => undefined);
    const closed = expect(subscription.closed).rejects.toThrow(CorruptLog);
    await forge('garbage');
    await closed;
  });

  it('is not read past a commit that does not follow the one before it', async () => {
    await forge(commitOf([first]));
    await forge({ ...commitOf([third]), previous: 1, start: 1 });

    await expect(readAll()).rejects.toThrow('revision 2 stands where 1 should');
    expect(await verifyStream(store.readStream('release-a'))).toMatchObject({ fault: 'unreadable', revision: 1 });
  });

  it('is verified as far as it can be read', async () => {
    await forge(commitOf([first, { ...second, data: 'forged' }, third]));
    expect(await verifyStream(store.readStream('release-a'))).toMatchObject({ fault: 'changed', eventId: '2' });
  });
});
