import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CLOSED } from '#domain';
import { routerErrorOf } from '#testing';
import { GatewayApiTrafficRouter } from './gateway-api-traffic-router.js';
import { ApiServer } from './spec/api-server.js';
import { shopEnvironment } from './spec/environment.js';

const PATIENCE = { timeoutMs: 10_000 };
const OPEN = { internal: '100%', production: '1%' };

describe('server-side apply', () => {
  let api: ApiServer;
  let router: GatewayApiTrafficRouter;

  beforeEach(async () => {
    api = await ApiServer.start();
    router = new GatewayApiTrafficRouter(shopEnvironment({ api: `http://127.0.0.1:${api.port}` }), 'split');
  });
  afterEach(() => api.close());

  it('changes nothing when the same split comes again', async () => {
    await router.apply(OPEN, PATIENCE);
    const { generation, json } = api.route ?? {};
    await router.apply({ internal: '100.0%', production: '1.00%' }, PATIENCE);
    expect(api.route?.generation).toBe(generation);
    expect(api.route?.json.spec).toEqual(json?.spec);
  });

  it('asks the API server to take nothing by force and to drop no field that it does not know', async () => {
    await router.apply(OPEN, PATIENCE);
    const { method, url, contentType } = api.asked.at(-1) ?? {};
    expect([method, contentType]).toEqual(['PATCH', 'application/apply-patch+yaml']);
    const query = { fieldManager: 'sluice', force: 'false', fieldValidation: 'Strict' };
    expect(Object.fromEntries(url?.searchParams ?? [])).toEqual(query);
  });

  it('leaves alone what others own of the route', async () => {
    await router.apply(OPEN, PATIENCE);
    await router.apply(CLOSED, PATIENCE);
    expect(api.route?.json.spec).toMatchObject({
      hostnames: ['shop.example.com'],
      parentRefs: [{ name: 'public', sectionName: 'https' }],
    });
    expect(Object.keys(JSON.parse(api.asked.at(-1)?.body ?? '').spec)).toEqual(['rules']);
  });

  it('names who manages the rules, and takes nothing by force', async () => {
    api.route?.update('kubectl-edit', { rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] });
    const before = api.route?.json.spec;
    const error = await routerErrorOf(router.apply(OPEN, PATIENCE));
    expect(error).toMatchObject({ code: 'conflict', retryable: true });
    expect(error.message).toBe(
      'HTTPRoute shop/checkout: "kubectl-edit" manages .spec.rules, and has to let go of it first',
    );
    expect(api.route?.json.spec).toEqual(before);
  });

  it('keeps what else was applied under its own name', async () => {
    const found = { hostnames: ['shop.example.com'], parentRefs: [{ name: 'public', sectionName: 'https' }] };
    api.route = api.newRoute([]);
    api.route.apply('sluice', { metadata: {}, spec: { ...found, rules: [] } });
    await router.apply(OPEN, PATIENCE);
    expect(api.route.json.spec).toMatchObject(found);
    expect(JSON.parse(api.asked.at(-1)?.body ?? '')).toMatchObject({
      metadata: { resourceVersion: expect.any(String) },
      spec: found,
    });
  });

  it('starts over when those hostnames change between reading and writing', async () => {
    const route = api.newRoute([]);
    api.route = route;
    route.apply('sluice', { metadata: {}, spec: { hostnames: ['shop.example.com'], rules: [] } });
    api.beforeNext('PATCH', () => route.update('kubectl-edit', { hostnames: ['new.example.com'] }));
    expect(await routerErrorOf(router.apply(OPEN, PATIENCE))).toMatchObject({ code: 'conflict', retryable: true });
    await router.apply(OPEN, PATIENCE);
    expect(route.json.spec).toMatchObject({ hostnames: ['new.example.com'] });
  });

  it('opens no route that hangs from another Gateway, but closes it', async () => {
    await router.apply(OPEN, PATIENCE);
    api.route?.update('kubectl', { parentRefs: [{ name: 'internal' }] });
    const error = await routerErrorOf(router.apply(OPEN, PATIENCE));
    expect(error).toMatchObject({ code: 'refused', retryable: false });
    expect(error.message).toBe('HTTPRoute shop/checkout does not hang from Gateway shop/public');
    await router.apply(CLOSED, PATIENCE);
    expect(JSON.stringify(api.route?.json.spec)).not.toContain('web-staging');
  });

  it('makes no route that is not there', async () => {
    api.route = null;
    expect(await routerErrorOf(router.apply(OPEN, PATIENCE))).toMatchObject({ code: 'refused', retryable: false });
    expect(api.asked.map(({ method }) => method)).not.toContain('PATCH');
  });

  it.each(['deleted', 'made anew'])('starts over when the route is %s between reading and writing', async (what) => {
    api.beforeNext('PATCH', () => {
      api.route = what === 'deleted' ? null : api.newRoute();
    });
    expect(await routerErrorOf(router.apply(OPEN, PATIENCE))).toMatchObject({ code: 'conflict', retryable: true });
  });

  it('refuses rules that were changed on their way in', async () => {
    api.instead = {
      method: 'PATCH',
      respond: (_, response) => response.end(JSON.stringify(api.route?.json)),
    };
    expect(await routerErrorOf(router.apply(OPEN, PATIENCE))).toMatchObject({ code: 'refused' });
  });
});
