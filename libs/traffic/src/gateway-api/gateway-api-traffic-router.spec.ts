import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CLOSED, type TrafficMode, type TrafficSplit } from '#domain';
import { type RouterHarness, routerErrorOf, trafficRouterContract, until } from '#testing';
import { GatewayApiTrafficRouter } from './gateway-api-traffic-router.js';
import { ApiServer } from './spec/api-server.js';
import { shopEnvironment } from './spec/environment.js';
import { TAKEN } from './spec/pretend-gateway.js';

const PATIENCE = { timeoutMs: 10_000 };
const OPEN: TrafficSplit = { internal: '100%', production: '1%' };
const STAFF = { 'x-staff': 'yes' };

async function startHarness(): Promise<RouterHarness> {
  const api = await ApiServer.start();
  const percent = (headers: Record<string, string>) => `${api.gateway.shareOf('web-staging', headers) / 100}%`;
  return {
    router: new GatewayApiTrafficRouter(shopEnvironment({ api: `http://127.0.0.1:${api.port}` }), 'split'),
    setStagingReady: async (ready) => {
      api.endpoints = [[ready]];
    },
    effective: async () => ({ internal: percent(STAFF), production: percent({}) }),
    disconnect: () => api.close(),
    stop: async () => {
      if (api.isOpen) await api.close();
    },
  };
}

// Users are not divided by a hash, and there are no proxies here.
trafficRouterContract('the Gateway API', startHarness, { dataPlane: false });

describe('the Gateway API', () => {
  let api: ApiServer;
  let router: GatewayApiTrafficRouter;

  const routerWith = (settings = {}, spec = {}, mode: TrafficMode = 'split') =>
    new GatewayApiTrafficRouter(shopEnvironment({ api: `http://127.0.0.1:${api.port}`, ...settings }, spec), mode);
  const hasTaken = (split: TrafficSplit, by = router) => until('taken', () => by.converged(split, PATIENCE));

  beforeEach(async () => {
    api = await ApiServer.start();
    router = routerWith();
  });
  afterEach(async () => {
    if (api.isOpen) await api.close();
  });

  it('has not converged any more once somebody else has changed the rules', async () => {
    await router.apply(OPEN, PATIENCE);
    await hasTaken(OPEN);
    api.route?.update('kubectl-edit', { rules: [{ matches: [{}], backendRefs: [{ name: 'web', port: 80 }] }] });
    expect(await router.converged(OPEN, PATIENCE)).toBe(false);
  });

  it('has not converged before the Gateway has taken this very version', async () => {
    await router.apply(OPEN, PATIENCE);
    await hasTaken(OPEN);
    api.gateway.pause();
    const more = { internal: '100%', production: '5%' };
    await router.apply(more, PATIENCE);
    expect(await router.converged(more, PATIENCE)).toBe(false);
    expect(await router.converged(OPEN, PATIENCE)).toBe(false);
    api.gateway.resume();
    await hasTaken(more);
  });

  it('says in the words of the Gateway why it does not take the route', async () => {
    api.gateway.report = [
      TAKEN[0] ?? { type: '', status: '' },
      { type: 'ResolvedRefs', status: 'False', reason: 'BackendNotFound' },
    ];
    await router.apply(OPEN, PATIENCE);
    await until('it was looked at', async () => JSON.stringify(api.route?.json.status).includes('BackendNotFound'));
    const error = await routerErrorOf(router.converged(OPEN, PATIENCE));
    expect(error).toMatchObject({ code: 'refused', retryable: true });
    expect(error.message).toContain('Gateway shop/public does not take HTTPRoute shop/checkout: ResolvedRefs is False');
  });

  it('has not converged on an open split while no endpoint is ready', async () => {
    await router.apply(OPEN, PATIENCE);
    await hasTaken(OPEN);
    api.endpoints = [[false]];
    expect(await router.converged(OPEN, PATIENCE)).toBe(false);
    await router.apply(CLOSED, PATIENCE);
    await hasTaken(CLOSED);
  });

  it.each<[string, (boolean | undefined)[][]]>([
    [
      'is on the second page',
      [
        [false, false],
        [false, true],
      ],
    ],
    ['says nothing', [[undefined]]],
  ])('finds an endpoint that is ready when it %s', async (_, pages) => {
    api.endpoints = pages;
    await router.apply(OPEN, PATIENCE);
    await hasTaken(OPEN);
  });

  it('takes a service without endpoints for one that is not ready', async () => {
    api.endpoints = [[]];
    expect(await routerErrorOf(router.apply(OPEN, PATIENCE))).toMatchObject({ code: 'not-ready' });
    api.endpoints = [];
    expect(await routerErrorOf(router.apply(OPEN, PATIENCE))).toMatchObject({ code: 'not-ready' });
  });

  it('drains by closing, waiting for the Gateway, and then for the time to settle', async () => {
    const patient = routerWith({ settle: '50ms' });
    await patient.apply(OPEN, PATIENCE);
    await hasTaken(OPEN);
    api.gateway.pause();
    let drained = false;
    const draining = patient.drain(PATIENCE).then(() => {
      drained = true;
    });
    const before = api.asked.length;
    await until('it asks again and again', () => api.asked.length > before + 4);
    expect(drained).toBe(false);
    expect(api.gateway.shareOf('web-staging', STAFF)).toBe(10_000);
    api.gateway.resume();
    await draining;
    expect(api.gateway.shareOf('web-staging', STAFF)).toBe(0);
  });

  it('gives up draining when the time is over, and stays closed', async () => {
    await router.apply(OPEN, PATIENCE);
    await hasTaken(OPEN);
    const slow = routerWith({ settle: '1h' });
    expect(await routerErrorOf(slow.drain({ timeoutMs: 1_000 }))).toMatchObject({ code: 'timed-out', retryable: true });
    expect(await router.converged(CLOSED, PATIENCE)).toBe(true);
  });

  it('stops draining when nobody waits any more', async () => {
    const caller = new AbortController();
    const draining = routerErrorOf(routerWith({ settle: '1h' }).drain({ ...PATIENCE, signal: caller.signal }));
    await hasTaken(CLOSED);
    caller.abort();
    expect(await draining).toMatchObject({ code: 'interrupted', retryable: true });
  });

  it('counts nothing', async () => {
    expect(await router.observe()).toBeNull();
  });

  it('mirrors when it is told to', async () => {
    const mirror = routerWith({}, {}, 'mirror');
    await mirror.apply(OPEN, PATIENCE);
    await hasTaken(OPEN, mirror);
    expect(api.gateway.shareOf('web-staging', {})).toBe(0);
    expect(api.gateway.shareOf('web-staging', STAFF)).toBe(0);
    expect(api.gateway.ruleFor({})?.filters).toMatchObject([
      { type: 'RequestMirror', requestMirror: { fraction: { numerator: 100, denominator: 10_000 } } },
    ]);
    await mirror.drain(PATIENCE);
    expect(api.gateway.ruleFor({})?.filters).toBeUndefined();
  });

  it('cannot send internal traffic to staging that is known by its network alone', async () => {
    const blind = routerWith({}, { internal: { networks: ['10.0.0.0/8'] } });
    expect(await routerErrorOf(blind.apply(OPEN, PATIENCE))).toMatchObject({ code: 'unsupported', retryable: false });
    await blind.apply({ internal: '0%', production: '1%' }, PATIENCE);
  });

  it('is no router for an environment behind another one', () => {
    const spec = { router: { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/shares.map' } } };
    expect(() => routerWith({}, spec)).toThrow('is not behind a Gateway API');
  });
});
