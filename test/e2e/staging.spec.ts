import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithHaproxy } from '#testing';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';
import { StagedShop } from '../harness/staged-shop.js';

describeWithHaproxy('a release that begins in staging', () => {
  let running: RunningPlane;
  let shop: StagedShop;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-staging-'));
    [running, shop] = await Promise.all([startPlane(), StagedShop.start(folder)]);
    await shop.register(running.api);
  }, 90_000);

  afterAll(async () => {
    await shop.stop();
    await running.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  it('lets traffic in bit by bit, proves the loop, and opens production when the traffic has left', async () => {
    const release = await shop.begin(running.api, '2');
    const view = await release.until('completed', ({ state }) => state === 'completed', { confirms: true });
    expect(view.staging).toMatchObject({
      state: 'passed',
      probe: { verdict: 'passed' },
      traffic: { now: { internal: '0%', production: '0%' }, shiftingTo: null, error: null },
    });
    expect(view.staging?.verdicts.map(({ validator, verdict }) => `${validator} ${verdict}`).sort()).toEqual([
      'closed-loop passed',
      'second-look passed',
      'traffic-share passed',
    ]);
    const told = await release.events();
    expect(told.filter(({ type }) => type === 'TrafficShifted.v1').map(({ data }) => data.to)).toEqual([
      { internal: '100%', production: '0%' },
      { internal: '100%', production: '20%' },
      { internal: '0%', production: '0%' },
    ]);
    const types = told.map(({ type }) => type);
    const opened = told.findIndex(({ type, data }) => type === 'WaveOpened.v1' && data.wave === 1);
    expect(types.lastIndexOf('TrafficShifted.v1')).toBeLessThan(opened);
    expect(new Set(Object.values(await shop.fleet.versions()))).toEqual(new Set(['2']));
    expect(shop.failures).toBe(0);
  }, 60_000);

  it.each([
    ['drops the tag', () => shop.stack.dropTag('orders'), () => shop.stack.dropTag('orders', false), 'without its tag'],
    [
      'calls production by its address',
      () => shop.stack.callByAddress('orders', 'stock'),
      () => shop.stack.callByAddress('orders', null),
      'outside the environment',
    ],
  ])(
    'fails within seconds when a service %s, names the call, and leaves production alone',
    async (_, leak, mend, words) => {
      const release = await shop.begin(running.api, '3', {
        staging: { environment: 'shop-staging', traffic: { production: '20%' }, observe: '5m' },
      });
      await release.untilOpen('20%');
      leak();
      const leakedAt = Date.now();
      const view = await release.until('rolled back', ({ state }) => state === 'rolled-back');
      mend();
      const failed = (await release.events()).find(
        ({ type, data }) => type === 'VerdictReached.v1' && data.verdict === 'failed',
      );
      expect(failed?.data).toMatchObject({ batch: 'staging', validator: 'closed-loop' });
      expect(failed?.data.sentence).toContain('orders');
      expect(failed?.data.sentence).toContain(words);
      expect(Date.parse(failed?.at ?? '') - leakedAt).toBeLessThan(5_000);
      expect(view.staging).toMatchObject({
        state: 'rolled-back',
        traffic: { now: { internal: '0%', production: '0%' } },
      });
      expect(view.batches.map(({ state }) => state)).toEqual(['pending', 'pending']);
      expect(new Set(Object.values(await shop.fleet.versions()))).toEqual(new Set(['2']));
      const told = (await release.events()).map(({ type }) => type);
      expect(told.lastIndexOf('TrafficShifted.v1')).toBeLessThan(told.indexOf('UnitRollbackStarted.v1'));
    },
    60_000,
  );

  it('is not let in at all when a probe finds that calls get out', async () => {
    shop.stack.dropTag('web');
    const release = await shop.begin(running.api, '3');
    const view = await release.until('rolled back', ({ state }) => state === 'rolled-back');
    shop.stack.dropTag('web', false);
    expect(view.staging?.probe).toMatchObject({ verdict: 'failed' });
    expect((await release.events()).filter(({ type }) => type.startsWith('Traffic'))).toEqual([]);
  }, 60_000);

  it('goes on when the router dies and comes back, closed as it is then, and when the executor dies', async () => {
    const release = await shop.begin(running.api, '3', {
      staging: { environment: 'shop-staging', traffic: { production: '20%' }, observe: '4s' },
    });
    await release.untilOpen('20%');
    await shop.haproxy.kill();
    await shop.haproxy.restart();
    await running.plane.kill('executor');
    await release.until('completed', ({ state }) => state === 'completed', { confirms: true });
    expect(new Set(Object.values(await shop.fleet.versions()))).toEqual(new Set(['3']));
  }, 90_000);

  it('empties staging before it is aborted', async () => {
    const release = await shop.begin(running.api, '4', {
      staging: { environment: 'shop-staging', traffic: { production: '20%' }, observe: '5m' },
    });
    await release.untilOpen('20%');
    await running.api.ask('POST', `/v1/releases/${release.id}/abort`, {
      as: 'operator',
      body: { reason: 'wrong tax table' },
    });
    const view = await release.until('aborted', ({ state }) => state === 'aborted');
    expect(view.staging?.traffic.now).toEqual({ internal: '0%', production: '0%' });
    const types = (await release.events()).map(({ type }) => type);
    expect(types.lastIndexOf('TrafficShifted.v1')).toBeLessThan(types.indexOf('ReleaseAborted.v1'));
  }, 60_000);
});
