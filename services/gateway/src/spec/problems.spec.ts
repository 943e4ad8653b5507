import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Contract, EXECUTOR, PLANNER, PROBLEM_KINDS, Rejection } from '#messaging';
import { type NatsServer, startNats } from '#testing';
import { type Answer, GatewayInTest } from './gateway-in-test.js';
import { StandIns } from './stand-ins.js';
import { until } from './until.js';

let nats: NatsServer;
let services: StandIns;
let gateway: GatewayInTest;

beforeAll(async () => {
  nats = await startNats();
  services = await StandIns.start(nats.url);
  gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://', ASK_TIMEOUT_MS: '500' });
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await services.stopAll();
  await nats.stop();
});

function expectProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('x-correlation-id')).toBeTruthy();
  const type = `urn:sluice:problem:${code.toLowerCase().replaceAll('_', '-')}`;
  expect(answer.body).toMatchObject({ type, status, title: expect.any(String), detail: expect.any(String) });
  expect(answer.text).not.toMatch(/node_modules|\.ts:|\.js:/);
}

describe('what a service refuses', () => {
  it.each(PROBLEM_KINDS.map((kind, index) => [kind, [422, 401, 403, 404, 409, 409, 413, 503, 500][index]] as const))(
    'as %s is told as %d, with what the release is now',
    async (kind, status = 0) => {
      const state = { id: 'a', state: 'held', revision: 12 };
      services.answer(EXECUTOR.orderRelease, () => {
        throw new Rejection({ kind, code: 'SOME_CODE', message: 'what is wrong', state });
      });
      const answer = await gateway.post('/v1/releases/a/start');
      expectProblem(answer, status, 'SOME_CODE');
      expect(answer.body).toMatchObject({ detail: 'what is wrong', state });
    },
  );

  it('by breaking is told without a word of it', async () => {
    services.answer(EXECUTOR.orderRelease, () => {
      throw new Error('password of the database');
    });
    const answer = await gateway.post('/v1/releases/a/start');
    expectProblem(answer, 500, 'INTERNAL');
    expect(answer.text).not.toContain('password');
  });
});

describe('a service that is not there', () => {
  it('is told at once, and the same command is done when it is back', async () => {
    services.answer(EXECUTOR.orderRelease, ({ release }) => ({ id: release, state: 'running', revision: 1 }));
    await services.stop('executor');
    const answer = await gateway.post('/v1/releases/a/start');
    expectProblem(answer, 503, 'SERVICE_UNAVAILABLE');
    expect(answer.body.detail).toContain('no executor is running');
    expect(answer.headers.get('retry-after')).toBe('1');
    await services.start('executor');
    await until('it is done', async () => (await gateway.post('/v1/releases/a/start')).status === 200);
  });

  it('is told when it does not answer in time', async () => {
    services.answer(EXECUTOR.orderRelease as Contract<unknown, unknown>, () => new Promise(() => undefined));
    expectProblem(await gateway.post('/v1/releases/a/start'), 503, 'SERVICE_UNAVAILABLE');
  });
});

describe('a request', () => {
  const json = { 'content-type': 'application/json' };

  it('to nowhere is told so', async () => {
    expectProblem(await gateway.get('/v2/releases'), 404, 'UNKNOWN_ROUTE');
    expectProblem(await gateway.get('/v1/releases/'), 404, 'UNKNOWN_ROUTE');
    expectProblem(await gateway.ask('GET', '/v2', { as: null }), 404, 'UNKNOWN_ROUTE');
  });

  it.each([
    ['DELETE', '/v1/releases/a', 'GET'],
    ['PUT', '/v1/releases', 'GET, POST'],
    ['GET', '/v1/releases/a/start', 'POST'],
    ['POST', '/healthz', 'GET'],
  ])('%s %s is told what there is', async (method, path, allow) => {
    const answer = await gateway.ask(method, path, {});
    expectProblem(answer, 405, 'METHOD_NOT_ALLOWED');
    expect(answer.headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow);
  });

  it('that is not JSON is told where it breaks', async () => {
    const answer = await gateway.post('/v1/releases/a/pause', { body: '{"reason": "x",}', headers: json });
    expectProblem(answer, 400, 'MALFORMED_JSON');
    expect(answer.body.detail).toContain('position 15');
  });

  it.each([
    ['/v1/releases/a/pause', 'application/yaml'],
    ['/v1/releases/a/pause', 'application/x-www-form-urlencoded'],
    ['/v1/topologies', 'text/plain'],
  ])('to %s as %s is told what it has to be', async (path, type) => {
    const answer = await gateway.post(path, { body: 'reason: x', headers: { 'content-type': type } });
    expectProblem(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
  });

  it('that is too large is turned away, commands sooner than documents', async () => {
    const body = JSON.stringify({ reason: 'x'.repeat(70_000) });
    expectProblem(await gateway.post('/v1/releases/a/pause', { body, headers: json }), 413, 'BODY_TOO_LARGE');
    services.answer(PLANNER.registerConfiguration as Contract<unknown, unknown>, () => ({ revision: 1 }));
    expect((await gateway.post('/v1/topologies', { body, headers: json })).status).toBe(201);
    const huge = Buffer.alloc(33 * 1024 * 1024, ' ').toString();
    expectProblem(await gateway.post('/v1/topologies', { body: huge, headers: json }), 413, 'BODY_TOO_LARGE');
  });

  it('with an address that cannot be read is told so', async () => {
    expectProblem(await gateway.get('/v1/releases/%zz'), 400, 'MALFORMED_REQUEST');
    expectProblem(await gateway.get(`/v1/releases/${'x'.repeat(400)}`), 414, 'URL_TOO_LONG');
  });

  it('cannot smuggle in fields by way of the prototype', async () => {
    const body = '{"__proto__": {"reason": "x"}}';
    const answer = await gateway.post('/v1/releases/a/abort', { body, headers: json });
    expectProblem(answer, 422, 'INVALID_REQUEST');
  });
});
