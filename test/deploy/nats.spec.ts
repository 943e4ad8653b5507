import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { CONFIGURATION_CATEGORY } from '#domain';
import { type Commit, type EventStore, NO_STREAM, openEventStore } from '#event-store';
import { until } from '#testing';
import { NatsCluster, type User } from './nats-cluster.spec-support.js';

const STREAMS = join(import.meta.dirname, '../../deploy/nats/streams');
const START_MS = 60_000;

/** The categories of streams that each service writes. */
const WRITES = {
  gateway: [],
  planner: ['release', 'refusal', ...Object.values(CONFIGURATION_CATEGORY)],
  executor: ['release', 'refusal'],
  observer: ['release', 'refusal', 'observation'],
  audit: [],
} as const satisfies Partial<Record<User, readonly string[]>>;
type Service = keyof typeof WRITES;

/** Where each keeps how far it is in the log. */
const CHECKPOINTS: Partial<Record<Service, string>> = {
  planner: 'planner-releases',
  executor: 'executor-releases',
  observer: 'observer-releases',
  audit: 'audit-feed',
};

const SERVICES = Object.keys(WRITES) as Service[];
const CATEGORIES = [...new Set(SERVICES.flatMap((service) => WRITES[service]))];
const PAIRS = SERVICES.flatMap((service) => CATEGORIES.map((category) => ({ service, category })));
const mayWrite = ({ service, category }: { service: Service; category: string }) =>
  (WRITES[service] as readonly string[]).includes(category);

let cluster: NatsCluster;
const connections: NatsConnection[] = [];
const stores: EventStore[] = [];

beforeAll(async () => {
  cluster = await NatsCluster.start();
  await makeStreams();
}, START_MS);

afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await Promise.all(connections.map((connection) => connection.close()));
  await cluster.stop();
});

async function connected(user: User): Promise<NatsConnection> {
  const connection = await cluster.connect(user);
  connections.push(connection);
  return connection;
}

/** The log as a service opens it, over a connection with that service's name and password. */
async function logOf(service: Service): Promise<EventStore> {
  // A call that is not allowed is never answered: nothing here waits long for that.
  const options = { name: service, connection: await connected(service), timeoutMs: 2_000 };
  const store = await openEventStore('nats://given', options);
  stores.push(store);
  return store;
}

async function makeStreams(): Promise<void> {
  const manager = await jetstreamManager(await connected('setup'));
  for (const file of readdirSync(STREAMS)) {
    const text = readFileSync(join(STREAMS, file), 'utf8');
    const { config: made } = await manager.streams.add(JSON.parse(text) as StreamConfig & { name: string });
    expect(made).toMatchObject(JSON.parse(text));
  }
}

let commits = 0;
function aCommit(stream: string): Commit {
  commits += 1;
  const meta = {
    commandId: `command-${commits}`,
    actor: { kind: 'service', id: 'spec' },
    correlationId: 'correlation',
    causationId: 'causation',
  } as const;
  const event = { id: `event-${commits}`, type: 'Tried.v1', at: '2026-01-31T12:00:00.000Z', data: {}, meta };
  return { stream, expectedRevision: NO_STREAM, commitId: `commit-${commits}`, events: [event] };
}

describe('the NATS cluster of deploy/nats', () => {
  it('lets nobody in without a password, or with a wrong one', async () => {
    const { tls, servers } = cluster.settingsOf('planner');
    await expect(connect({ servers, tls, reconnect: false })).rejects.toThrow(/authorization/i);
    const wrong = { servers, tls, user: 'planner', pass: 'wrong', reconnect: false };
    await expect(connect(wrong)).rejects.toThrow(/authorization/i);
  });

  it('keeps every stream on all three servers', async () => {
    const manager = await jetstreamManager(await connected('setup'));
    const { cluster: where } = await manager.streams.info('SLUICE_LOG');
    expect(where?.replicas).toHaveLength(2);
  });

  it.each(PAIRS.filter(mayWrite))('lets $service write streams of $category', async ({ service, category }) => {
    const store = await logOf(service);
    const stream = `${category}-by-${service}`;
    await expect(store.append(aCommit(stream))).resolves.toMatchObject({ outcome: 'appended', revision: 0 });
  });

  it.each(PAIRS.filter((pair) => !mayWrite(pair)))(
    'does not let $service write streams of $category',
    async ({ service, category }) => {
      const store = await logOf(service);
      await expect(store.append(aCommit(`${category}-not-by-${service}`))).rejects.toThrow(/permission/i);
    },
  );

  it.each(SERVICES)('lets %s read and follow the log', async (service) => {
    const planner = await logOf('planner');
    const stream = `release-read-by-${service}`;
    await planner.append(aCommit(stream));
    const store = await logOf(service);
    const read: string[] = [];
    for await (const event of store.readStream(stream)) read.push(event.stream);
    expect(read).toEqual([stream]);
    const followed: string[] = [];
    const subscription = await store.subscribe({ categories: ['release'] }, (event) => {
      followed.push(event.stream);
    });
    await until(`${service} sees the release`, () => followed.includes(stream));
    await subscription.stop();
  });

  it.each(Object.entries(CHECKPOINTS))('lets %s keep its own checkpoint and no other', async (service, own) => {
    const store = await logOf(service as Service);
    await store.saveCheckpoint(own, { position: 7 });
    await expect(store.loadCheckpoint(own)).resolves.toEqual({ position: 7 });
    await expect(store.saveCheckpoint('somebody-elses', { position: 7 })).rejects.toThrow(/permission/i);
  });

  it.each(SERVICES)('does not let %s remove or make streams', async (service) => {
    const manager = await jetstreamManager(await connected(service), { checkAPI: false, timeout: 2_000 });
    await expect(manager.streams.delete('SLUICE_LOG')).rejects.toThrow(/permission/i);
    await expect(manager.streams.purge('SLUICE_LOG')).rejects.toThrow(/permission/i);
    await expect(manager.streams.add({ name: 'MINE', subjects: ['mine'] })).rejects.toThrow(/permission/i);
  });

  it('lets the audit publish to the feed, and see what it published last', async () => {
    const connection = await connected('audit');
    const { seq } = await jetstream(connection).publish('sluice.events.release.checkout.ReleaseStarted', '{}');
    const manager = await jetstreamManager(connection);
    const { state } = await manager.streams.info('SLUICE_EVENTS');
    expect(state.last_seq).toBe(seq);
    expect((await manager.streams.getMessage('SLUICE_EVENTS', { seq }))?.string()).toBe('{}');
  });
});
