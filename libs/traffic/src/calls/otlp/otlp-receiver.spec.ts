import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Tag } from '#domain';
import { OtlpReceiver } from './otlp-receiver.js';

type Attributes = Readonly<Record<string, string | number | readonly string[]>>;
const MAX_BYTES = 20_000;
const SERVER = 2;
const CLIENT = 3;

let receiver: OtlpReceiver;

beforeEach(async () => {
  const tag = Tag.parse({});
  receiver = await OtlpReceiver.start({
    host: '127.0.0.1',
    port: 0,
    tags: () => [tag],
    maxBytes: MAX_BYTES,
    maxCalls: 3,
  });
});
afterEach(() => receiver.stop());

const TAKEN: Attributes = {
  'http.request.method': 'GET',
  'http.response.status_code': 200,
  'network.peer.address': '127.0.0.1',
  'client.address': '127.0.2.11',
  'network.local.address': '127.0.2.12',
  'network.local.port': 8080,
  'server.address': 'orders.example',
  'server.port': 80,
  'url.path': '/orders/7',
  'http.request.header.baggage': ['user=7', 'sluice.env=staging'],
  'http.request.header.x-sluice-env': ['staging'],
};
const MADE: Attributes = {
  'http.request.method': 'POST',
  'server.address': 'stock.example',
  'server.port': 8080,
  'url.full': 'http://stock.example:8080/items/7?secret=1',
  'sluice.env': 'staging',
};

function anyValue(value: string | number): object {
  return typeof value === 'number' ? { intValue: String(value) } : { stringValue: value };
}

function span(kind: number | string, attributes: Attributes): object {
  const list = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'object' ? { arrayValue: { values: value.map(anyValue) } } : anyValue(value),
  }));
  return { traceId: '00', name: 'a span', kind, startTimeUnixNano: '1772366400500000000', attributes: list, flags: 1 };
}

function exportOf(...spans: object[]): object {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] };
  return { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'http' }, spans }] }], more: 'unknown' };
}

async function post(body: string | Buffer, headers: Record<string, string> = {}, path = '/v1/traces') {
  const url = `http://127.0.0.1:${receiver.port}${path}`;
  const all = { 'content-type': 'application/json; charset=utf-8', ...headers };
  const response = await fetch(url, { method: 'POST', body: Uint8Array.from(Buffer.from(body)), headers: all });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
const send = (...spans: object[]) => post(JSON.stringify(exportOf(...spans)));

describe('spans over OTLP', () => {
  it('of servers become calls as the called side sees them', async () => {
    expect(await send(span(SERVER, TAKEN))).toMatchObject({ status: 200, body: {} });
    expect(receiver.take()).toEqual({
      damaged: 0,
      damage: null,
      calls: [
        {
          at: 1_772_366_400.5,
          source: '127.0.0.1',
          client: '127.0.2.11',
          caller: null,
          service: 'orders',
          destination: '127.0.2.12:8080',
          asked: false,
          method: 'GET',
          path: '/orders/7',
          status: 200,
          baggage: 'user=7,sluice.env=staging',
          tag: 'staging',
          entry: false,
          internal: false,
        },
      ],
    });
    expect(receiver.take().calls).toEqual([]);
  });

  it('of clients become calls as the calling side sees them, without queries', async () => {
    await send(span(CLIENT, MADE));
    const [call] = receiver.take().calls;
    expect(call).toMatchObject({ caller: 'orders', service: 'stock.example', destination: 'stock.example:8080' });
    expect(call).toMatchObject({ path: '/items/7', status: 0, tag: 'staging', source: '' });
  });

  it('say when they know only what was asked for', async () => {
    const { 'network.local.port': _, ...named } = TAKEN;
    await send(span(SERVER, named), span(CLIENT, MADE), span(CLIENT, { ...MADE, 'server.address': '127.0.2.31' }));
    const { calls } = receiver.take();
    expect(calls.map(({ destination, asked }) => [destination, asked])).toEqual([
      ['orders.example:80', true],
      ['stock.example:8080', true],
      ['127.0.2.31:8080', false],
    ]);
  });

  it('name the connection that was made before the name that was asked for', async () => {
    await send(
      span(CLIENT, { ...MADE, 'network.peer.address': '::1', 'network.peer.port': 81, 'peer.service': 'stock' }),
    );
    expect(receiver.take().calls[0]).toMatchObject({ service: 'stock', destination: '[::1]:81' });
  });

  it('of other kinds and protocols are no calls', async () => {
    expect(await send(span(1, TAKEN), span(CLIENT, { 'db.system.name': 'postgresql' }))).toMatchObject({ body: {} });
    expect(await post('{}')).toMatchObject({ status: 200, body: {} });
    expect(receiver.take()).toEqual({ calls: [], damaged: 0, damage: null });
  });

  it('that cannot be made out are counted, and the sender is told', async () => {
    const { 'network.local.port': _, 'server.port': __, ...nowhere } = TAKEN;
    const old = { 'http.method': 'GET', 'net.peer.name': 'stock' };
    const answer = await send(
      span(SERVER, nowhere),
      span(CLIENT, old),
      span('SPAN_KIND_SERVER', TAKEN),
      span(SERVER, TAKEN),
    );
    expect(answer).toMatchObject({ status: 200, body: { partialSuccess: { rejectedSpans: '3' } } });
    const { calls, damaged, damage } = receiver.take();
    expect([calls.length, damaged]).toEqual([1, 3]);
    expect(damage).toMatch(/^a span of orders does not say where the call was taken/);
  });

  it('may be gzipped', async () => {
    const packed = gzipSync(JSON.stringify(exportOf(span(SERVER, TAKEN))));
    expect(await post(packed, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
    expect(receiver.take().calls).toHaveLength(1);
  });
});

describe('what the receiver refuses', () => {
  const refused: readonly [string, number, string | Buffer, Record<string, string>][] = [
    ['protobuf', 415, 'x', { 'content-type': 'application/x-protobuf' }],
    ['other packings', 415, 'x', { 'content-encoding': 'br' }],
    ['what is no JSON', 400, '{', {}],
    ['what is no export', 400, '{"resourceSpans":[1]}', {}],
    ['what is no gzip', 400, 'x', { 'content-encoding': 'gzip' }],
    ['too much', 413, 'x'.repeat(MAX_BYTES + 1), {}],
    ['too much when unpacked', 413, gzipSync('x'.repeat(MAX_BYTES + 1)), { 'content-encoding': 'gzip' }],
  ];

  it.each(refused)('%s, with a sentence, and counts it as damaged', async (_, status, body, headers) => {
    const answer = await post(body, headers);
    expect(answer).toMatchObject({ status, body: { message: expect.stringMatching(/^(is|cannot) /) } });
    expect(receiver.take()).toMatchObject({ calls: [], damaged: 1, damage: expect.stringContaining('an export') });
  });

  it('other paths and methods', async () => {
    expect((await post('{}', {}, '/v1/metrics')).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${receiver.port}/v1/traces`)).status).toBe(404);
    expect(receiver.take().damaged).toBe(0);
  });

  it('more while too much is waiting, so that the sender comes again and nothing is lost', async () => {
    await send(...Array.from({ length: 3 }, () => span(SERVER, TAKEN)));
    const answer = await send(span(SERVER, TAKEN));
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(receiver.take()).toMatchObject({ calls: { length: 3 }, damaged: 0 });
    expect((await send(span(SERVER, TAKEN))).status).toBe(200);
  });
});
