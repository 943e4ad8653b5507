import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DiscardPolicy,
  type JetStreamManager,
  jetstreamManager,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type NatsServer, startNats } from '#testing';
import { UnsuitableLog } from '../errors.js';
import { JetStreamEventStore } from '../jetstream.js';
import { ALL_SUBJECTS } from './subjects.js';

const LOG = 'SLUICE_LOG';

describe('the JetStream stream that holds the log', () => {
  let nats: NatsServer;
  let nc: NatsConnection;
  let jsm: JetStreamManager;
  beforeEach(async () => {
    nats = await startNats();
    nc = await connect({ servers: nats.url });
    jsm = await jetstreamManager(nc);
  });
  afterEach(async () => {
    await nc.close();
    await nats.stop();
  });

  it('keeps everything, and lets nobody delete or purge', async () => {
    const store = await JetStreamEventStore.open(nc, { duplicateWindowMs: 60_000 });
    const meta = { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' } as const;
    const event = { id: 'event-1', type: 'Held.v1', at: '2026-01-31T12:00:00.000Z', data: {}, meta };
    await store.append({ stream: 'release-a', expectedRevision: -1, commitId: 'commit-1', events: [event] });

    const { config } = await jsm.streams.info(LOG);
    expect(config).toMatchObject({ storage: 'file', max_age: 0, max_msgs: -1, max_bytes: -1, num_replicas: 1 });
    expect(config).toMatchObject({ discard: 'new', retention: 'limits', duplicate_window: 60_000_000_000 });
    await expect(jsm.streams.deleteMessage(LOG, 1)).rejects.toThrow('not permitted');
    await expect(jsm.streams.purge(LOG)).rejects.toThrow('not permitted');
    expect((await jsm.streams.getMessage(LOG, { seq: 1 }))?.subject).toBe('sluice.log.release.a');
  });

  it('is made once when many services start together', async () => {
    const connections = await Promise.all(Array.from({ length: 12 }, () => connect({ servers: nats.url })));
    await Promise.all(connections.map((connection) => JetStreamEventStore.open(connection)));
    await Promise.all(connections.map((connection) => connection.close()));

    const names = [];
    for await (const stream of jsm.streams.list()) names.push(stream.config.name);
    expect(names.sort()).toEqual(['KV_sluice-checkpoints', LOG]);
  });

  const good = { name: LOG, subjects: [ALL_SUBJECTS], deny_delete: true, deny_purge: true, discard: DiscardPolicy.New };

  it('is taken as the operator made it', async () => {
    await jsm.streams.add({ ...good, subjects: [ALL_SUBJECTS, 'more'], max_bytes: 1e9, description: 'ours' });
    await JetStreamEventStore.open(nc);
    expect((await jsm.streams.info(LOG)).config.description).toBe('ours');
  });

  const faults: [string, Partial<StreamConfig>][] = [
    ['max_age is 60000000000 and has to be 0', { max_age: 60_000_000_000 }],
    ['max_msgs_per_subject is 1', { max_msgs_per_subject: 1 }],
    ['storage is memory', { storage: StorageType.Memory }],
    ['deny_delete is false', { deny_delete: false }],
    ['deny_purge is false', { deny_purge: false }],
    ['discard is old', { discard: DiscardPolicy.Old }],
    ['it does not take the subjects', { subjects: ['sluice.log.release.*'] }],
    ['another takes', { name: 'OTHER' }],
  ];
  it.each(faults)('is refused when %s', async (why, fault) => {
    await jsm.streams.add({ ...good, ...fault });
    const opening = JetStreamEventStore.open(nc);
    await expect(opening).rejects.toThrow(UnsuitableLog);
    await expect(opening).rejects.toThrow(why);
  });
});
