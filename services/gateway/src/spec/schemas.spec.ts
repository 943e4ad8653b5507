import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jsonSchemas } from '#domain';
import { type NatsServer, startNats } from '#testing';
import { GatewayInTest } from './gateway-in-test.js';

let nats: NatsServer;
let gateway: GatewayInTest;

beforeAll(async () => {
  nats = await startNats();
  gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
}, 30_000);
afterAll(async () => {
  await gateway.stop();
  await nats.stop();
});

const nobody = { as: null };

describe('JSON Schemas', () => {
  it('are listed for everybody, each with the place where it is', async () => {
    const { status, body } = await gateway.get('/v1/schemas', nobody);
    expect(status).toBe(200);
    const schemas = body.schemas as { name: string; kind: string | null; path: string; id: string }[];
    expect(schemas.map(({ name }) => name)).toEqual(jsonSchemas().map(({ name }) => name));
    for (const { path, id } of schemas) expect((await gateway.get(path, nobody)).body.$id).toBe(id);
  });

  it('are served as what they are, to be kept for a while, with a tag', async () => {
    const { status, headers, body } = await gateway.get('/v1/schemas/release.json', nobody);
    expect([status, body]).toEqual([200, jsonSchemas().find(({ name }) => name === 'release')?.schema]);
    expect(headers.get('content-type')).toMatch(/^application\/schema\+json/);
    expect(headers.get('cache-control')).toBe('public, max-age=3600');
    expect(headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/);
  });

  it('are found by the kind as documents write it too', async () => {
    const byKind = await gateway.get('/v1/schemas/FreezeWindow.json', nobody);
    expect(byKind.text).toBe((await gateway.get('/v1/schemas/freeze-window.json', nobody)).text);
  });

  it('are not sent again to who has them', async () => {
    const { headers } = await gateway.get('/v1/schemas/sluice.json', nobody);
    const tag = String(headers.get('etag'));
    for (const known of [tag, `"old", W/${tag}`, '*']) {
      const again = await gateway.get('/v1/schemas/sluice.json', { as: null, headers: { 'if-none-match': known } });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    }
    const old = await gateway.get('/v1/schemas/sluice.json', { as: null, headers: { 'if-none-match': '"old"' } });
    expect(old.status).toBe(200);
  });

  it('that there are not are not found, and the answer says which there are', async () => {
    const { status, body } = await gateway.get('/v1/schemas/releese.json', nobody);
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
    expect(body.detail).toContain('topology, release, policy');
  });
});
