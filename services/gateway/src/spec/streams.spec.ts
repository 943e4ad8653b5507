import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { RecordedEvent } from '#event-store';
import { type NatsServer, startNats } from '#testing';
import { append } from './events-in-test.js';
import { GatewayInTest } from './gateway-in-test.js';
import { Listener } from './listener.js';
import { until } from './until.js';

const listeners: Listener[] = [];
let gateway: GatewayInTest;
let nats: NatsServer;

async function start(environment: Record<string, string> = {}) {
  gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://', ...environment });
}

async function listen(options?: Parameters<typeof Listener.open>[1]): Promise<Listener> {
  const listener = await Listener.open(gateway, options);
  listeners.push(listener);
  return listener;
}

const positionsOf = (events: readonly RecordedEvent[]) => events.map(({ position }) => position);
const openStreams = async () => {
  const { text } = await gateway.get('/metrics');
  return Number(/^sluice_gateway_streams_open (\d+)$/m.exec(text)?.[1]);
};

beforeAll(async () => {
  nats = await startNats();
}, 20_000);
afterAll(() => nats.stop());
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.close();
  await gateway.stop();
});

describe.each(['memory', 'JetStream'])('a stream of events over %s', (kind) => {
  const startOver = (environment: Record<string, string> = {}) =>
    start({ ...environment, EVENT_STORE_URL: kind === 'memory' ? 'memory://' : nats.url });

  it('begins with the first event, and goes on with what happens', async () => {
    await startOver();
    const id = randomUUID();
    const before = await append(gateway.store, `release-${id}`, 3);
    const listener = await listen({ path: `/v1/releases/${id}/events` });
    await listener.has(3);
    const after = await append(gateway.store, `release-${id}`, 2);
    await listener.has(5);
    expect(listener.response.headers['content-type']).toBe('text/event-stream');
    expect(listener.positions).toEqual(positionsOf([...before, ...after]));
    expect(listener.types).toEqual(Array(5).fill('ReleasePaused.v1'));
    expect(listener.data).toEqual(JSON.parse(JSON.stringify([...before, ...after])));
  });

  it('has no gap and no repeat when a client comes back again and again while events are written', async () => {
    await startOver({ RECENT_EVENTS: '20' });
    const id = randomUUID();
    const written: RecordedEvent[] = await append(gateway.store, `release-${id}`, 1);
    const write = async () => {
      for (let round = 0; round < 60; round += 1) {
        const stream = round % 3 === 2 ? `refusal-${id}` : `release-${id}`;
        written.push(...(await append(gateway.store, stream, 4, 1 + (round % 4))));
        await append(gateway.store, `release-of-somebody-else-${id}`, 1);
      }
    };
    const writing = write();
    const got: number[] = [];
    while (got.length < 241) {
      const last = got.at(-1);
      const listener = await listen({
        path: `/v1/releases/${id}/events`,
        ...(last === undefined ? {} : { lastEventId: last }),
      });
      await listener.has(Math.min(25, 241 - got.length));
      listener.close();
      got.push(...listener.positions);
    }
    await writing;
    expect(got).toEqual(positionsOf(written));
  }, 30_000);

  it('shows releases, refusals and documents that are registered, and not what validators counted', async () => {
    await startOver();
    const after = (await gateway.store.head()) ?? 0;
    const listener = await listen({ path: `/v1/events?after=${after}` });
    const id = randomUUID();
    for (const category of ['topology', 'policy', 'environment', 'observation', 'release', 'refusal']) {
      await append(gateway.store, `${category}-${id}`, 1);
    }
    await listener.has(5);
    expect(listener.data.map(({ stream }) => stream)).toEqual(
      ['topology', 'policy', 'environment', 'release', 'refusal'].map((category) => `${category}-${id}`),
    );
  });
});

it('begins after a position, and where a client left off rather than where it once began', async () => {
  await start();
  const events = await append(gateway.store, 'release-a', 5);
  const [first, , third] = positionsOf(events);
  const fresh = await listen({ path: `/v1/events?after=${first}` });
  await fresh.has(4);
  const back = await listen({ path: `/v1/events?after=${first}`, ...(third ? { lastEventId: third } : {}) });
  await back.has(2);
  expect(fresh.positions).toEqual(positionsOf(events.slice(1)));
  expect(back.positions).toEqual(positionsOf(events.slice(3)));
});

it('reads the log for a client that is further behind than what is kept in memory', async () => {
  await start({ RECENT_EVENTS: '3' });
  const events = await append(gateway.store, 'release-a', 700, 100);
  const listener = await listen();
  await listener.has(700);
  expect(listener.positions).toEqual(positionsOf(events));
});

it('follows the log once for two hundred clients', async () => {
  await start({ EVENT_STORE_URL: nats.url });
  const id = randomUUID();
  const [first] = await append(gateway.store, `release-${id}`, 1);
  const clients = await Promise.all(
    Array.from({ length: 200 }, () => listen({ path: `/v1/events?after=${first?.position}` })),
  );
  const connection = await connect({ servers: nats.url });
  const { consumers } = await jetstreamManager(connection);
  const following = async () => (await consumers.list('SLUICE_LOG').next()).length;
  await until('only one consumer', async () => (await following()) === 1);
  const events = await append(gateway.store, `release-${id}`, 5);
  await Promise.all(clients.map((client) => client.has(5)));
  expect(await openStreams()).toBe(200);
  expect(await following()).toBe(1);
  for (const client of clients) expect(client.positions).toEqual(positionsOf(events));
  await connection.close();
}, 30_000);

it('goes on when the log was away for a while', async () => {
  await start({ EVENT_STORE_URL: nats.url });
  const id = randomUUID();
  const before = await append(gateway.store, `release-${id}`, 2);
  const listener = await listen({ path: `/v1/releases/${id}/events` });
  await listener.has(2);
  await nats.restart();
  await until('the log is back', async () => (await gateway.get('/readyz')).body.eventStore === 'up');
  const after = await append(gateway.store, `release-${id}`, 2);
  await listener.has(4);
  expect(listener.positions).toEqual(positionsOf([...before, ...after]));
}, 30_000);

it('cuts off a client that takes nothing, and lets the others be', async () => {
  await start({ STALL_MS: '300', RECENT_EVENTS: '5' });
  const stuck = connectSocket(Number(new URL(gateway.url).port), '127.0.0.1');
  const { authorization } = gateway.authorization('viewer');
  stuck.pause();
  stuck.on('error', () => undefined);
  stuck.write(
    `GET /v1/events HTTP/1.1\r\nHost: here\r\nAccept: text/event-stream\r\nAuthorization: ${authorization}\r\n\r\n`,
  );
  const listener = await listen();
  await until('both are listening', async () => (await openStreams()) === 2);
  const events = await append(gateway.store, 'release-a', 100, 4, 'x'.repeat(200_000));
  await listener.has(100);
  await until('one of them is cut off', async () => (await openStreams()) === 1);
  expect(listener.positions).toEqual(positionsOf(events));
  expect(listener.ended).toBe(false);
  stuck.destroy();
}, 30_000);

it('says that it is still there while nothing happens', async () => {
  await start({ HEARTBEAT_MS: '50' });
  const listener = await listen();
  await until('two heartbeats', () => listener.comments >= 2);
  expect(listener.positions).toEqual([]);
});

it('ends when the token is taken back', async () => {
  await start({ HEARTBEAT_MS: '50' });
  const listener = await listen({ as: 'viewer' });
  const other = await listen({ as: 'operator' });
  const { tokens } = JSON.parse(await readFile(gateway.tokenFile, 'utf8'));
  const left = tokens.filter(({ name }: { name: string }) => name !== 'viewer');
  await writeFile(gateway.tokenFile, JSON.stringify({ tokens: left }));
  await until('the stream has ended', () => listener.ended);
  expect(other.ended).toBe(false);
});

it('ends in good order when the gateway does', async () => {
  await start();
  const listener = await listen();
  await gateway.app.close();
  await until('the stream has ended', () => listener.ended);
  expect(listener.response.complete).toBe(true);
  await start();
});

it('refuses what would be one stream too many, until another has ended', async () => {
  await start({ MAX_STREAMS: '2' });
  const first = await listen();
  await listen();
  const refused = await gateway.get('/v1/events', { headers: { accept: 'text/event-stream' } });
  expect(refused.status).toBe(503);
  expect(refused.body).toMatchObject({ code: 'TOO_MANY_STREAMS' });
  first.close();
  await until('there is room', async () => (await openStreams()) === 1);
  expect((await listen()).status).toBe(200);
});

it('refuses a position that none has, and a release that is not there', async () => {
  await start();
  const accept = 'text/event-stream';
  const garbled = await gateway.get('/v1/events', { headers: { accept, 'last-event-id': 'abc' } });
  expect([garbled.status, garbled.body.code]).toEqual([400, 'INVALID_LAST_EVENT_ID']);
  const unknown = await gateway.get('/v1/releases/nobody/events', { headers: { accept } });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'UNKNOWN_RELEASE']);
});
