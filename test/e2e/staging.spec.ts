import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ENDS, type ReleaseView } from '#domain';
import { describeWithHaproxy, until } from '#testing';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';
import { StagedShop } from '../harness/staged-shop.js';

interface Told {
  readonly type: string;
  readonly at: string;
  readonly data: Record<string, never>;
}

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

  /** Waits until the release looks like this; a person confirms whatever is observed if asked to. */
  async function see(
    id: string,
    what: string,
    isSo: (view: ReleaseView) => boolean,
    { confirms = false } = {},
  ): Promise<ReleaseView> {
    let view = await shop.view(running.api, id);
    const look = async () => {
      view = await shop.view(running.api, id);
      if (isSo(view)) return true;
      if ((ENDS as readonly string[]).includes(view.state)) throw new Error(`${id} is ${view.state}, not ${what}`);
      if (confirms) await confirmAll(view);
      return false;
    };
    await until(`${id} is ${what}`, look, 40_000).catch((error: unknown) => {
      throw new Error(`it came no further than ${JSON.stringify(view, null, 1)}`, { cause: error });
    });
    return view;
  }

  async function confirmAll({ id, staging, batches }: ReleaseView): Promise<void> {
    for (const batch of [...(staging ? [staging] : []), ...batches]) {
      if (batch.state !== 'observing' || batch.verdicts.some(({ validator }) => validator === 'second-look')) continue;
      await running.api.ask('POST', `/v1/releases/${id}/confirmations`, {
        as: 'second-operator',
        body: { batch: batch.id, seen: 'orders come in' },
      });
    }
  }

  async function events(id: string): Promise<Told[]> {
    const { body } = await running.api.ask('GET', `/v1/releases/${id}/events?limit=1000`);
    return (body as unknown as { events: Told[] }).events;
  }

  const isIn = ({ staging }: ReleaseView) =>
    staging?.traffic.now.production === '20%' && staging.traffic.shiftingTo === null;

  it('lets traffic in bit by bit, proves the loop, and opens production when the traffic has left', async () => {
    const id = await shop.begin(running.api, '2');
    const view = await see(id, 'completed', ({ state }) => state === 'completed', { confirms: true });
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
    const told = await events(id);
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
      const id = await shop.begin(running.api, '3', {
        staging: { environment: 'shop-staging', traffic: { production: '20%' }, observe: '5m' },
      });
      await see(id, 'with all its traffic', isIn);
      leak();
      const leakedAt = Date.now();
      const view = await see(id, 'rolled back', ({ state }) => state === 'rolled-back');
      mend();
      const failed = (await events(id)).find(
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
      const told = (await events(id)).map(({ type }) => type);
      expect(told.lastIndexOf('TrafficShifted.v1')).toBeLessThan(told.indexOf('UnitRollbackStarted.v1'));
    },
    60_000,
  );

  it('is not let in at all when a probe finds that calls get out', async () => {
    shop.stack.dropTag('web');
    const id = await shop.begin(running.api, '3');
    const view = await see(id, 'rolled back', ({ state }) => state === 'rolled-back');
    shop.stack.dropTag('web', false);
    expect(view.staging?.probe).toMatchObject({ verdict: 'failed' });
    expect((await events(id)).filter(({ type }) => type.startsWith('Traffic'))).toEqual([]);
  }, 60_000);

  it('goes on when the router dies and comes back, closed as it is then, and when the executor dies', async () => {
    const id = await shop.begin(running.api, '3', {
      staging: { environment: 'shop-staging', traffic: { production: '20%' }, observe: '4s' },
    });
    await see(id, 'with all its traffic', isIn);
    await shop.haproxy.kill();
    await shop.haproxy.restart();
    await running.plane.kill('executor');
    await see(id, 'completed', ({ state }) => state === 'completed', { confirms: true });
    expect(new Set(Object.values(await shop.fleet.versions()))).toEqual(new Set(['3']));
  }, 90_000);

  it('empties staging before it is aborted', async () => {
    const id = await shop.begin(running.api, '4', {
      staging: { environment: 'shop-staging', traffic: { production: '20%' }, observe: '5m' },
    });
    await see(id, 'with all its traffic', isIn);
    await running.api.ask('POST', `/v1/releases/${id}/abort`, { as: 'operator', body: { reason: 'wrong tax table' } });
    const view = await see(id, 'aborted', ({ state }) => state === 'aborted');
    expect(view.staging?.traffic.now).toEqual({ internal: '0%', production: '0%' });
    const types = (await events(id)).map(({ type }) => type);
    expect(types.lastIndexOf('TrafficShifted.v1')).toBeLessThan(types.indexOf('ReleaseAborted.v1'));
  }, 60_000);
});
