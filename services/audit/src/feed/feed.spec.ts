import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JetStreamApiError, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection, TimeoutError } from '@nats-io/transport-node';
import { type EventStore, openEventStore, type RecordedEvent } from '#event-store';
import { createLogger } from '#runtime';
import { type NatsServer, startNats } from '#testing';
import { AuditConfig } from '../config.js';
import { everythingElse, goodRelease } from '../spec/histories.js';
import { until } from '../spec/until.js';
import { World } from '../spec/world.js';
import { Feed } from './feed.js';
import { FEED_STREAM } from './feed-stream.js';

const LOGGER = createLogger('audit', 'silent');
let nats: NatsServer;
let store: EventStore;
let connection: NatsConnection;
let manager: JetStreamManager;
let feeds: Feed[];

beforeEach(async () => {
  feeds = [];
  nats = await startNats();
  store = await openEventStore(nats.url, { name: 'spec' });
  connection = await connect({ servers: nats.url, maxReconnectAttempts: -1 });
  manager = await jetstreamManager(connection);
}, 20_000);

afterEach(async () => {
  for (const feed of feeds) await feed.end();
  await store.close();
  await connection.close();
  await nats.stop();
});

function startFeed(): Feed {
  const feed = new Feed(store, AuditConfig.parse({ NATS_URL: nats.url }), LOGGER);
  feeds.push(feed);
  feed.begin();
  return feed;
}

/** What the stream holds, once it holds the newest event of the log. */
async function published(): Promise<Message[]> {
  const newest = (await log()).at(-1)?.id;
  await until('message of the newest event', async () => {
    const { messages, last_seq } = await stateOfStream();
    return messages > 0 && (await messageAt(last_seq)).event?.id === newest;
  });
  const { first_seq, last_seq } = await stateOfStream();
  const messages = [];
  for (let seq = first_seq; seq <= last_seq; seq += 1) messages.push(await messageAt(seq));
  return messages;
}

interface Message {
  readonly subject: string | undefined;
  readonly event: Record<string, unknown> | undefined;
}

async function messageAt(seq: number): Promise<Message> {
  const message = await manager.streams.getMessage(FEED_STREAM, { seq });
  return { subject: message?.subject, event: message?.json<Record<string, unknown>>() };
}

/** Empty for a stream that is not there yet, or cannot be reached. */
async function stateOfStream(): Promise<{ messages: number; first_seq: number; last_seq: number }> {
  try {
    return (await manager.streams.info(FEED_STREAM)).state;
  } catch (error) {
    if (!(error instanceof JetStreamApiError || error instanceof TimeoutError)) throw error;
    return { messages: 0, first_seq: 0, last_seq: 0 };
  }
}

async function log(): Promise<readonly RecordedEvent[]> {
  return store.readAll({ limit: 1_000, categories: ['release', 'refusal', 'topology'] });
}

const idsOf = (messages: readonly Message[]) => messages.map(({ event }) => event?.id);

describe('the public feed', () => {
  it('has every event of the log once, in order, as a CloudEvent under a subject of its own', async () => {
    const world = new World(store);
    await goodRelease(world, 'checkout-2.0.0');
    await world.register();
    startFeed();

    const events = await log();
    const messages = await published();

    expect(idsOf(messages)).toEqual(events.map(({ id }) => id));
    const started = messages.find(({ event }) => event?.type === 'ReleaseStarted.v1');
    expect(started).toMatchObject({
      subject: 'sluice.events.release.checkout-2=2E0=2E0.ReleaseStarted.v1',
      event: {
        specversion: '1.0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: '/sluice/release-checkout-2.0.0',
        type: 'ReleaseStarted.v1',
        subject: 'release-checkout-2.0.0',
        time: expect.stringMatching(/^2026-03-01T09:.*Z$/),
        datacontenttype: 'application/json',
        sluicerevision: 8,
        sluiceactor: 'person:olga',
        sluicereason: 'the window is open',
        data: {},
      },
    });
    for (const name of Object.keys(started?.event ?? {})) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
  }, 30_000);

  it('goes on where it was after a start, without a repeat', async () => {
    const world = new World(store);
    await goodRelease(world);
    const first = startFeed();
    await published();
    await first.end();

    await world.submit('next');
    startFeed();

    const events = await log();
    expect(idsOf(await published())).toEqual(events.map(({ id }) => id));
  }, 30_000);

  it('does not begin at the beginning when the stream was lost', async () => {
    const world = new World(store);
    await goodRelease(world);
    await everythingElse(world);
    const first = startFeed();
    const before = (await published()).length;
    await first.end();
    await manager.streams.delete(FEED_STREAM);

    await world.submit('next');
    startFeed();

    const events = await log();
    const messages = await published();
    expect(messages.length).toBeLessThan(before);
    expect(idsOf(messages)).toEqual(events.slice(-messages.length).map(({ id }) => id));
  }, 30_000);

  it('is one feed however many replicas publish it', async () => {
    startFeed();
    startFeed();
    const world = new World(store);
    await goodRelease(world);

    const events = await log();
    expect(idsOf(await published())).toEqual(events.map(({ id }) => id));
  }, 30_000);

  it('outlasts a NATS that goes away', async () => {
    const world = new World(store);
    await goodRelease(world);
    startFeed();
    await published();

    await nats.restart();
    await world.submit('next');

    const events = await log();
    expect(idsOf(await published())).toEqual(events.map(({ id }) => id));
  }, 40_000);

  it('stops at once, also while there is no NATS', async () => {
    const feed = startFeed();
    await nats.kill();

    await feed.end();
    await nats.restart();
  }, 30_000);
});
