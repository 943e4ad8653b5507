import { isDeepStrictEqual } from 'node:util';
import { expect, it } from '@jest/globals';
import { CLOSED } from '#domain';
import type { Side } from '../traffic-load/side-server.js';
import { until } from '../until.js';
import type { RouterWithTraffic } from './harness.js';
import { type OnRouter, open, PATIENCE, split } from './support.js';

const USERS = Array.from({ length: 100 }, (_, i) => `user-${i}`);
const EVERYBODY = new Set(USERS);

export function dividing(onFreshRouter: OnRouter<RouterWithTraffic>): void {
  it(
    'sends everything to production while it is closed',
    onFreshRouter(async (at) => {
      expect(await stagingUsers(at, 'production')).toEqual(new Set());
      expect(await stagingUsers(at, 'internal')).toEqual(new Set());
    }),
  );

  it(
    'sends all internal traffic to staging, and none of production',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '0%'));
      expect(await stagingUsers(at, 'internal')).toEqual(EVERYBODY);
      expect(await stagingUsers(at, 'production')).toEqual(new Set());
    }),
  );

  it(
    'keeps users on their side, and moves them one way only when the share grows',
    onFreshRouter(async (at) => {
      let before = new Set<string>();
      for (const share of ['20%', '50%', '100%']) {
        await open(at, split('0%', share));
        const now = await stagingUsers(at, 'production');
        expect(await stagingUsers(at, 'production')).toEqual(now);
        expect([...before].filter((user) => !now.has(user))).toEqual([]);
        expect(now.size).toBeGreaterThan(before.size);
        before = now;
      }
      expect(before).toEqual(EVERYBODY);
      await open(at, CLOSED);
      expect(await stagingUsers(at, 'production')).toEqual(new Set());
    }),
  );

  it(
    'sends nothing to staging units that have become unready, and lets nobody see it',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '100%'));
      expect(await at.request('ada', 'production')).toBe('staging');
      await at.setStagingReady(false);
      expect(await stagingUsers(at, 'production')).toEqual(new Set());
      expect(await stagingUsers(at, 'internal')).toEqual(new Set());
      await at.setStagingReady(true);
      await until('staging has its users again', async () => (await at.request('ada', 'production')) === 'staging');
    }),
  );

  it(
    'counts what it does, if it counts at all',
    onFreshRouter(async (at) => {
      const before = await at.router.observe(PATIENCE);
      if (before === null) return;
      await open(at, split('100%', '50%'));
      const staging = (await stagingUsers(at, 'production')).size;
      await stagingUsers(at, 'internal');
      const wanted = {
        epoch: before.epoch,
        internal: { ...before.internal, staging: before.internal.staging + USERS.length },
        production: {
          staging: before.production.staging + staging,
          production: before.production.production + USERS.length - staging,
        },
      };
      await until(`the counts are ${JSON.stringify(wanted)}`, async () =>
        isDeepStrictEqual(await at.router.observe(PATIENCE), wanted),
      );
    }),
  );
}

async function stagingUsers(at: RouterWithTraffic, kind: 'internal' | 'production'): Promise<Set<string>> {
  const answers: [string, Side][] = [];
  const asking = USERS.values();
  const lane = async () => {
    for (const user of asking) answers.push([user, await at.request(user, kind)]);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return new Set(answers.filter(([, side]) => side === 'staging').map(([user]) => user));
}
