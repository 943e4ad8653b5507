import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type NatsServer, startNats } from '#testing';
import { JetStreamEventStore } from '../jetstream.js';
import { NO_STREAM } from '../port.js';
import { follow } from './feed.js';
import { Link } from './link.js';
import { ALL_SUBJECTS } from './subjects.js';

const meta = { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' } as const;

describe('following the log', () => {
  let nats: NatsServer;
  let connection: NatsConnection;
  let store: JetStreamEventStore;
  beforeAll(async () => {
    nats = await startNats();
    connection = await connect({ servers: nats.url });
    store = await JetStreamEventStore.open(connection);
  });
  afterAll(async () => {
    await store?.close();
    await connection?.close();
    await nats?.stop();
  });

  const append = (stream: string) =>
    store.append({
      stream,
      expectedRevision: NO_STREAM,
      commitId: stream,
      events: [{ id: stream, type: 'Held.v1', at: '2026-01-31T12:00:00.000Z', data: {}, meta }],
    });

  it('begins where it was told to, also from a copy that does not reach as far yet', async () => {
    await append('release-1');
    const link = await Link.open(connection, 'SLUICE_LOG', 5_000);
    const stopping = new AbortController();
    const sequences: number[] = [];
    const following = (async () => {
      for await (const { sequence } of follow(link, { subjects: ALL_SUBJECTS, from: 4 }, stopping.signal)) {
        sequences.push(sequence);
        if (sequence === 5) stopping.abort();
      }
    })();
    while ((await link.jsm.streams.info('SLUICE_LOG')).state.consumer_count === 0);
    for (const stream of ['release-2', 'release-3', 'release-4', 'release-5']) await append(stream);
    await following;
    expect(sequences).toEqual([4, 5]);
  });
});
