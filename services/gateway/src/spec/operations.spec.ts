import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Contract, EXECUTOR, type ReleaseAnswer } from '#messaging';
import { type NatsServer, startNats, TcpProxy } from '#testing';
import { append } from './events-in-test.js';
import { GatewayInTest } from './gateway-in-test.js';
import { StandIns } from './stand-ins.js';
import { until } from './until.js';

let nats: NatsServer;
let network: TcpProxy;
let services: StandIns;
let gateway: GatewayInTest;

beforeAll(async () => {
  nats = await startNats();
  services = await StandIns.start(nats.url);
  network = await TcpProxy.start(nats.port);
  gateway = await GatewayInTest.start({ NATS_URL: `nats://127.0.0.1:${network.port}` });
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await services.stopAll();
  await network.stop();
  await nats.stop();
});

const up = { planner: 'up', executor: 'up', observer: 'up', audit: 'up' };

it('says that it runs', async () => {
  expect((await gateway.get('/healthz', { as: null })).body).toEqual({ up: true });
});

describe('readiness', () => {
  it('is that everybody answers', async () => {
    const { status, body } = await gateway.get('/readyz', { as: null });
    expect([status, body]).toEqual([200, { ready: true, services: up, eventStore: 'up' }]);
  });

  it('is denied while a service is down, which is named', async () => {
    await services.stop('observer');
    const { status, body } = await gateway.get('/readyz', { as: null });
    expect([status, body]).toEqual([503, { ready: false, services: { ...up, observer: 'down' }, eventStore: 'up' }]);
    await services.start('observer');
    expect((await gateway.get('/readyz', { as: null })).status).toBe(200);
  });

  it('is denied in good time while nothing answers at all', async () => {
    void network.loseTowardsClients();
    const before = Date.now();
    const { status, body } = await gateway.get('/readyz', { as: null });
    const took = Date.now() - before;
    network.cut();
    const down = { planner: 'down', executor: 'down', observer: 'down', audit: 'down' };
    expect([status, body]).toEqual([503, { ready: false, services: down, eventStore: 'down' }]);
    expect(took).toBeLessThan(2_000);
    await until('all are back', async () => (await gateway.get('/readyz', { as: null })).status === 200);
  });
});

describe('metrics', () => {
  it('count what was asked, by the route and not by the address', async () => {
    for (const id of ['a', 'b', 'c']) await gateway.get(`/v1/releases/${id}/events`);
    await gateway.get('/nowhere/at/all');
    const { text, headers } = await gateway.get('/metrics', { as: null });
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    const lines = text.split('\n');
    const route = 'method="GET",route="/v1/releases/:id/events"';
    expect(lines).toContain(`sluice_gateway_requests_total{${route},status="404"} 3`);
    expect(lines).toContain('sluice_gateway_requests_total{method="GET",route="unknown",status="404"} 1');
    expect(lines).toContain(`sluice_gateway_request_duration_seconds_count{${route}} 3`);
    expect(lines).toContain(`sluice_gateway_request_duration_seconds_bucket{${route},le="+Inf"} 3`);
    expect(text).not.toContain('nowhere');
  });
});

describe('a page of events', () => {
  it('leads to the next one, until there is nothing more', async () => {
    const events = await append(gateway.store, 'release-a', 5, 2);
    const first = await gateway.get('/v1/releases/a/events?limit=3', { as: 'viewer' });
    expect(first.body).toEqual({ events: events.slice(0, 3), next: events[2]?.position });
    const second = await gateway.get(`/v1/releases/a/events?limit=3&after=${first.body.next}`);
    expect(second.body).toEqual({ events: events.slice(3), next: null });
    const all = await gateway.get('/v1/events?limit=5');
    expect(all.body).toEqual({ events, next: null });
  });
});

it('answers what was asked before its end', async () => {
  const ending = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
  let finish: (answer: ReleaseAnswer) => void = () => undefined;
  const answer = new Promise<ReleaseAnswer>((resolve) => {
    finish = resolve;
  });
  services.answer(EXECUTOR.orderRelease as Contract<unknown, unknown>, () => answer);
  const asking = ending.post('/v1/releases/a/pause', { as: 'operator' });
  await until('the question is there', () => services.asked.length === 1);
  const closing = ending.stop();
  await until('it takes no more', () => !ending.app.getHttpServer().listening);
  finish({ id: 'a', state: 'held', revision: 3 });
  expect((await asking).status).toBe(200);
  const answered = Date.now();
  await closing;
  expect(Date.now() - answered).toBeLessThan(2_000);
});
