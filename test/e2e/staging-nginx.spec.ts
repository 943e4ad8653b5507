import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { TrafficMode } from '#domain';
import { describeWithNginx } from '#testing';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';
import { NginxOfShop } from '../harness/shop-router.js';
import { StagedShop } from '../harness/staged-shop.js';

describeWithNginx('a release that begins in staging behind nginx', () => {
  let running: RunningPlane;
  let shop: StagedShop;
  let folder: string;

  beforeAll(async () => {
    running = await startPlane();
  }, 90_000);

  afterEach(async () => {
    await shop.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  afterAll(() => running.stop(), 60_000);

  async function open(mode: TrafficMode): Promise<void> {
    folder = await mkdtemp(join(tmpdir(), 'sluice-staging-'));
    shop = await StagedShop.start(folder, await NginxOfShop.prepare(mode));
    await shop.register(running.api);
  }

  it('passes it, and no user notices the changes of the traffic', async () => {
    await open('split');
    const release = await shop.begin(running.api, '2');
    const view = await release.until('completed', ({ state }) => state === 'completed', { confirms: true });
    expect(view.staging).toMatchObject({ state: 'passed', traffic: { now: { internal: '0%', production: '0%' } } });
    const moved = (await release.events()).filter(({ type }) => type === 'TrafficShifted.v1');
    expect(moved).toHaveLength(3);
    expect(shop.failures).toBe(0);
  }, 90_000);

  it('is judged by copies of the traffic whose answers nobody gets', async () => {
    await open('mirror');
    const traffic = { production: '20%', mode: 'mirror' };
    const staging = { environment: 'shop-staging', traffic, observe: '2s' };
    const release = await shop.begin(running.api, '2', { staging });
    const view = await release.until('completed', ({ state }) => state === 'completed', { confirms: true });
    expect(view.staging).toMatchObject({ state: 'passed', traffic: { mode: 'mirror' } });
    const share = view.staging?.verdicts.find(({ validator }) => validator === 'traffic-share');
    expect(share?.verdict).toBe('passed');
    expect(shop.failures).toBe(0);
  }, 90_000);
});
