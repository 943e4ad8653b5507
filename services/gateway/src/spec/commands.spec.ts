import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIT, type Contract, EXECUTOR, OBSERVER, PLANNER, type ReleaseAnswer } from '#messaging';
import { type NatsServer, startNats } from '#testing';
import { GatewayInTest } from './gateway-in-test.js';
import { StandIns } from './stand-ins.js';

const ANSWER: ReleaseAnswer = { id: 'a-1', state: 'running', revision: 7 };
const reason = 'because';

let nats: NatsServer;
let services: StandIns;
let gateway: GatewayInTest;

beforeAll(async () => {
  nats = await startNats();
  services = await StandIns.start(nats.url);
  gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
  for (const contract of [PLANNER.orderRelease, EXECUTOR.orderRelease, OBSERVER.orderRelease] as const) {
    services.answer(contract as Contract<unknown, ReleaseAnswer>, () => ANSWER);
  }
}, 30_000);
afterEach(() => {
  services.asked.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await services.stopAll();
  await nats.stop();
});

interface OrderRequest {
  release: string;
  order: object;
  meta: Record<string, unknown>;
}

describe('an order', () => {
  it.each([
    ['approvals', 'owner', { reason, digest: 'd' }, PLANNER.orderRelease, { type: 'approve', digest: 'd' }],
    ['approvals', 'peer', { reason, decision: 'reject' }, PLANNER.orderRelease, { type: 'reject' }],
    ['withdraw', 'author', { reason }, PLANNER.orderRelease, { type: 'withdraw' }],
    ['start', 'operator', { reason }, EXECUTOR.orderRelease, { type: 'start' }],
    ['pause', 'operator', { reason }, EXECUTOR.orderRelease, { type: 'pause' }],
    ['resume', 'operator', { reason }, EXECUTOR.orderRelease, { type: 'resume' }],
    ['abort', 'operator', { reason }, EXECUTOR.orderRelease, { type: 'abort' }],
    [
      'intervals',
      'operator',
      { reason, batch: 'eu.1', to: '30m' },
      EXECUTOR.orderRelease,
      { type: 'change-interval', batch: 'eu.1', to: '30m' },
    ],
    ['rollbacks', 'operator', { reason, batch: 'eu.1' }, EXECUTOR.orderRelease, { type: 'roll-back', batch: 'eu.1' }],
    ['retries', 'operator', { reason, unit: 'eu-a' }, EXECUTOR.orderRelease, { type: 'retry-unit', unit: 'eu-a' }],
    ['rollbacks', 'operator', { reason }, EXECUTOR.orderRelease, { type: 'roll-back' }],
  ] as const)('for %s goes to whom it is for, with who gives it and why', async (path, as, body, contract, order) => {
    const { status, headers, body: answer } = await gateway.post(`/v1/releases/a-1/${path}`, { as, body });
    expect([status, headers.get('etag'), answer]).toEqual([200, '"7"', ANSWER]);
    const asked = services.last(contract as Contract<OrderRequest, unknown>);
    expect(asked).toMatchObject({ release: 'a-1', order, meta: { actor: { id: as }, reason } });
    expect(services.asked).toHaveLength(1);
  });

  it('to confirm a batch says what was seen', async () => {
    await gateway.post('/v1/releases/a-1/confirmations', { as: 'peer', body: { batch: 'eu.1', seen: 'all green' } });
    const { order, meta } = services.last(OBSERVER.orderRelease);
    expect(order).toEqual({ type: 'confirm', batch: 'eu.1', seen: 'all green' });
    expect(meta.actor).toEqual({ id: 'peer', roles: ['viewer', 'approver'], level: 'peer' });
  });

  it('needs no body where it needs no reason', async () => {
    expect((await gateway.post('/v1/releases/a-1/start', { as: 'operator' })).status).toBe(200);
    expect(services.last(EXECUTOR.orderRelease).meta).not.toHaveProperty('reason');
  });

  it.each([
    ['abort', {}],
    ['rollbacks', { batch: 'eu.1' }],
    ['intervals', { batch: 'eu.1', to: '30m' }],
    ['approvals', { decision: 'reject' }],
  ])('for %s is refused without a reason', async (path, body) => {
    const answer = await gateway.post(`/v1/releases/a-1/${path}`, { body });
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_REQUEST']);
    expect(answer.body.errors).toEqual([
      { path: 'reason', message: expect.stringContaining('is missing'), source: 'body' },
    ]);
    expect(services.asked).toHaveLength(0);
  });

  it('is refused with everything that is wrong with it', async () => {
    const body = { batch: '', to: 'soon', reason, why: 'not' };
    const answer = await gateway.post('/v1/releases/a-1/intervals', { body });
    const errors = answer.body.errors as { path: string }[];
    expect(errors.map(({ path }) => path).sort()).toEqual(['batch', 'to', 'why']);
  });
});

describe('a command', () => {
  const start = (headers: Record<string, string>, release = 'a-1') =>
    gateway.post(`/v1/releases/${release}/start`, { as: 'operator', headers });

  it('with the same key is the same command, on the same release', async () => {
    for (const release of ['a-1', 'a-1', 'b-1', 'a%2D1']) await start({ 'idempotency-key': 'key-1' }, release);
    const ids = services.asked.map(({ request }) => (request as OrderRequest).meta.commandId);
    const [first, again, elsewhere, spelledOtherwise] = ids;
    expect(first).toMatch(/^k-[0-9a-f]{64}$/);
    expect(again).toBe(first);
    expect(elsewhere).not.toBe(first);
    expect(spelledOtherwise).toBe(first);
  });

  it('says which revision was seen', async () => {
    await start({ 'if-match': '"12"' });
    expect(services.last(EXECUTOR.orderRelease).meta.expectedRevision).toBe(12);
    const garbled = await start({ 'if-match': '12' });
    expect([garbled.status, garbled.body.code]).toEqual([400, 'INVALID_IF_MATCH']);
  });

  it('belongs to its trace, and the answer says to which', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await start({ traceparent });
    expect(answer.headers.get('x-correlation-id')).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
    expect(services.last(EXECUTOR.orderRelease).meta).toMatchObject({
      traceparent,
      correlationId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
  });
});

describe('a question', () => {
  it.each([
    ['/v1/releases', AUDIT.listReleases, { limit: 50 }],
    [
      '/v1/releases?state=held&service=s&limit=5&before=x',
      AUDIT.listReleases,
      { state: 'held', service: 's', limit: 5, before: 'x' },
    ],
    ['/v1/audit/releases/a-1?after=4', AUDIT.auditRelease, { release: 'a-1', after: 4, limit: 1_000 }],
    [
      '/v1/audit/units/u-1?at=2026-01-05T09:00:00Z',
      AUDIT.auditUnit,
      { unit: 'u-1', at: '2026-01-05T09:00:00Z', limit: 100 },
    ],
    ['/v1/audit/actors/ann?limit=3', AUDIT.auditActor, { actor: 'ann', limit: 3 }],
    ['/v1/audit/integrity', AUDIT.checkIntegrity, {}],
    ['/v1/audit/integrity?release=a-1', AUDIT.checkIntegrity, { release: 'a-1' }],
    ['/v1/releases/a-1', PLANNER.getRelease, { release: 'a-1' }],
  ] as const)('%s goes to who knows', async (path, contract, request) => {
    const reply = { id: 'a-1', revision: 3 };
    services.answer(contract as Contract<unknown, unknown>, () => reply);
    const answer = await gateway.get(path, { as: 'viewer' });
    expect([answer.status, answer.body]).toEqual([200, reply]);
    expect(services.last(contract as Contract<unknown, unknown>)).toEqual(request);
  });

  it('for a release is answered with its revision as the tag', async () => {
    services.answer(PLANNER.getRelease as Contract<unknown, unknown>, () => ({ id: 'a-1', revision: 3 }));
    expect((await gateway.get('/v1/releases/a-1')).headers.get('etag')).toBe('"3"');
  });

  it('for what is registered is answered as a list with a name', async () => {
    services.answer(PLANNER.listConfigurations, () => []);
    expect((await gateway.get('/v1/topologies')).body).toEqual({ topologies: [] });
    expect((await gateway.get('/v1/policies')).body).toEqual({ policies: [], proposals: [] });
    expect((await gateway.get('/v1/environments')).body).toEqual({ environments: [] });
    expect((await gateway.get('/v1/freeze-windows')).body).toEqual({ freezeWindows: [] });
    expect(services.asked.map(({ request }) => request)).toEqual([
      { kind: 'Topology' },
      { kind: 'Policy' },
      { kind: 'Environment' },
      { kind: 'FreezeWindow' },
    ]);
  });

  it.each([
    '/v1/releases?limit=0',
    '/v1/releases?limit=many',
    '/v1/releases?colour=red',
    '/v1/audit/units/u-1?at=yesterday',
    '/v1/events?after=-1',
    '/v1/events?limit=1001',
  ])('%s is refused', async (path) => {
    const answer = await gateway.get(path);
    expect([answer.status, answer.body.code]).toEqual([422, 'INVALID_REQUEST']);
  });

  it('for the read models to be built anew is a command of an admin', async () => {
    services.answer(AUDIT.rebuild, () => ({ events: 10, seconds: 1 }));
    const answer = await gateway.post('/v1/audit/rebuild', { body: { reason } });
    expect([answer.status, answer.body]).toEqual([200, { events: 10, seconds: 1 }]);
    expect(services.last(AUDIT.rebuild).meta).toMatchObject({ actor: { id: 'admin' }, reason });
  });
});
