import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type NatsServer, startNats } from '#testing';
import { GatewayInTest } from './gateway-in-test.js';
import { StandIns } from './stand-ins.js';

let nats: NatsServer;
let services: StandIns;
let gateway: GatewayInTest;

beforeAll(async () => {
  nats = await startNats();
  services = await StandIns.start(nats.url);
  gateway = await GatewayInTest.start({ NATS_URL: nats.url });
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await services.stopAll();
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
    expect([status, body]).toEqual([
      503,
      { ready: false, services: { ...up, observer: 'down' }, eventStore: 'up' },
    ]);
    await services.start('observer');
    expect((await gateway.get('/readyz', { as: null })).status).toBe(200);
  });

  it('is denied in good time while nothing answers at all', async () => {
    nats.pause();
    const before = Date.now();
    const { status, body } = await gateway.get('/readyz', { as: null });
    const took = Date.now() - before;
    nats.resume();
    const down = { planner: 'down', executor: 'down', observer: 'down', audit: 'down' };
    expect([status, body]).toEqual([503, { ready: false, services: down, eventStore: 'down' }]);
    expect(took).toBeLessThan(2_000);
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
    const { append } = await import('./events-in-test.js');
    const events = await append(gateway.store, 'release-a', 5, 2);
    const first = await gateway.get('/v1/releases/a/events?limit=3', { as: 'viewer' });
    expect(first.body).toEqual({ events: events.slice(0, 3), next: events[2]?.position });
    const second = await gateway.get(`/v1/releases/a/events?limit=3&after=${first.body.next}`);
    expect(second.body).toEqual({ events: events.slice(3), next: null });
    const all = await gateway.get('/v1/events?limit=5');
    expect(all.body).toEqual({ events, next: null });
  });
});
