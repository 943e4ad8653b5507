import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { releaseDocument } from '../harness/release-document.js';
import { ReleaseInTest } from '../harness/release-in-test.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';
import { Servers } from './servers.spec-support.js';

const ROLLOUT = [
  { clusters: ['eu-1'], batches: [1, '100%'] },
  { clusters: ['us-1'], batches: [1, '100%'] },
];

/** Where a plane finds its servers. */
export interface Places {
  readonly natsUrl: string;
  readonly env: { readonly EVENT_STORE_URL: string; readonly DATABASE_URL: string };
}

/**
 * The main job from outside: a good release reaches every unit, a bad one is stopped in its first batch and taken back,
 * and the services, all killed in between, find everything again.
 */
export function mainJob(places: (servers: Servers) => Promise<Places>): void {
  describe('five services', () => {
    const servers = new Servers();
    let running: RunningPlane;
    let database: string;

    beforeAll(async () => {
      const { natsUrl, env } = await places(servers);
      database = env.DATABASE_URL;
      running = await startPlane({ natsUrl, env });
      const zones = ['eu-1', 'us-1'].map((name) => ({ name, units: 3 }));
      await running.fleet.start(zones, '1');
      running.fleet.broken.add('bad');
      const topology = running.fleet.topology('production');
      expect(await running.api.ask('POST', '/v1/topologies', { body: topology })).toMatchObject({ status: 201 });
    }, 240_000);

    afterAll(async () => {
      await running?.stop();
      await servers.stop();
    }, 60_000);

    const start = async (version: string) => {
      const body = releaseDocument({ version, topology: 'production', rollout: ROLLOUT });
      const submitted = await running.api.ask('POST', '/v1/releases', { as: 'author', body });
      expect(submitted).toMatchObject({ status: 201 });
      const release = new ReleaseInTest(running.api, String(submitted.body.id));
      const started = await running.api.ask('POST', `/v1/releases/${release.id}/start`, { as: 'operator', body: {} });
      expect(started).toMatchObject({ status: 200 });
      return release;
    };
    const served = async () => new Set(Object.values(await running.fleet.versions()));

    it('bring a good release to every unit', async () => {
      const release = await start('2');
      await release.until('completed', ({ state }) => state === 'completed', { timeoutMs: 60_000 });
      expect(await served()).toEqual(new Set(['2']));
    });

    it('stop a bad release in its first batch and take it back', async () => {
      const release = await start('bad');
      const { batches } = await release.until('rolled back', ({ state }) => state === 'rolled-back');
      expect(batches.map(({ state }) => state)).toEqual(['rolled-back', 'pending', 'pending', 'pending']);
      expect(await served()).toEqual(new Set(['2']));
      const changed = (await running.fleet.runs()).filter(({ version }) => version === 'bad');
      expect(changed.map(({ unit }) => unit)).toEqual(['eu-1-a']);
    });

    it('find everything again after all of them were killed', async () => {
      const release = await start('3');
      await release.until('under way', ({ batches }) => batches.some(({ state }) => state === 'observing'));
      for (const service of ['gateway', 'audit', 'planner', 'executor', 'observer'] as const) {
        await running.plane.kill(service);
      }
      await release.until('completed', ({ state }) => state === 'completed', { timeoutMs: 90_000 });
      expect(await served()).toEqual(new Set(['3']));
      expect(await running.api.insist('GET', '/v1/audit/integrity')).toMatchObject({ body: { ok: true } });
    });

    it('keep their read models in the PostgreSQL of the container', async () => {
      const postgres = await new DataSource({ type: 'postgres', url: database }).initialize();
      try {
        const rows: { version: string; state: string }[] = await postgres.query(
          'SELECT version, state FROM release_summary ORDER BY submitted_at',
        );
        expect(rows).toEqual([
          { version: '2', state: 'completed' },
          { version: 'bad', state: 'rolled-back' },
          { version: '3', state: 'completed' },
        ]);
      } finally {
        await postgres.destroy();
      }
    });
  });
}
