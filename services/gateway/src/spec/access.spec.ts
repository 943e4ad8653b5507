import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type NatsServer, startNats } from '#testing';
import type { Endpoint } from '../endpoints/endpoint.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { GatewayInTest } from './gateway-in-test.js';
import { until } from './until.js';

let nats: NatsServer;
let gateway: GatewayInTest;

const ALL: readonly Endpoint[] = Object.values(ENDPOINTS);
const pathOf = ({ path }: Endpoint) => path.replaceAll(/:\w+/g, 'a');
const PEOPLE = {
  viewer: ['viewer'],
  author: ['viewer', 'author'],
  operator: ['viewer', 'operator'],
  peer: ['viewer', 'approver'],
  admin: ['viewer', 'author', 'operator', 'approver', 'admin'],
};

beforeAll(async () => {
  nats = await startNats();
  gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await nats.stop();
});

it.each(ALL.filter(({ allow }) => allow !== 'anybody').map((endpoint) => [endpoint.method, pathOf(endpoint)]))(
  '%s %s asks for a token, and says the same of none and of one that is unknown',
  async (method, path) => {
    const without = await gateway.ask(method, path, { as: null });
    const unknown = await gateway.ask(method, path, {
      as: null,
      headers: { authorization: `Bearer ${'x'.repeat(43)}` },
    });
    const other = await gateway.ask(method, path, { as: null, headers: { authorization: 'Basic YTpi' } });
    expect([without.status, without.body.code]).toEqual([401, 'UNAUTHENTICATED']);
    expect(without.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(unknown.text).toBe(without.text);
    expect(other.text).toBe(without.text);
  },
);

it.each(ALL.map((endpoint) => [endpoint.method, pathOf(endpoint), endpoint] as const))(
  '%s %s lets in those who have a role that it is open to, and no others',
  async (method, path, { allow }) => {
    for (const [name, roles] of Object.entries(PEOPLE)) {
      const { status, body } = await gateway.ask(method, path, { as: name });
      const mayPass = allow === 'anybody' || allow.some((role) => roles.includes(role));
      expect([name, status === 403 && body.code === 'ROLE_MISSING']).toEqual([name, !mayPass]);
    }
  },
);

it('says which role is missing', async () => {
  const { body } = await gateway.post('/v1/releases/a/start', { as: 'author' });
  expect(body.detail).toBe('this needs the role operator; author has viewer, author');
});

it('turns strangers away before they have sent what they want to send', async () => {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(
    'POST /v1/topologies HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 30000000\r\n\r\n',
  );
  await until('an answer', () => answer.includes('UNAUTHENTICATED'));
  expect(answer).toMatch(/^HTTP\/1.1 401 /);
  socket.destroy();
});

it('serves the documentation to everybody', async () => {
  const page = await gateway.get('/docs', { as: null });
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect((await gateway.get('/docs/swagger-ui.css', { as: null })).status).toBe(200);
});

it('lets nobody in while the file of tokens is broken, and says so', async () => {
  const lone = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
  await writeFile(lone.tokenFile, 'broken');
  await until('it is noticed', async () => (await lone.get('/v1/events')).status === 503);
  const { body, headers } = await lone.get('/v1/events');
  expect([body.code, headers.get('retry-after')]).toEqual(['TOKENS_UNREADABLE', '1']);
  await lone.stop();
});
