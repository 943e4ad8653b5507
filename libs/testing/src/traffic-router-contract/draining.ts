import { expect, it } from '@jest/globals';
import { CLOSED, isClosed } from '#domain';
import { until } from '../until.js';
import type { RouterWithTraffic } from './harness.js';
import { expectEffective, type OnRouter, open, PATIENCE, routerErrorOf, split } from './support.js';

export function draining(onFreshRouter: OnRouter<RouterWithTraffic>): void {
  it(
    'closes, and is done at once when nothing is under way',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '1%'));
      expect(await at.request('ada', 'internal')).toBe('staging');
      await at.router.drain(PATIENCE);
      await expectEffective(at, CLOSED);
      expect(await at.request('ada', 'internal')).toBe('production');
      await at.router.drain(PATIENCE);
    }),
  );

  it(
    'waits for what is under way, while nothing new goes to staging',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '0%'));
      const held = await at.holdOpen();
      let drained = false;
      const draining = at.router.drain(PATIENCE).then(() => {
        drained = true;
      });
      await until('it is closed', async () => isClosed(await at.effective()));
      for (let i = 0; i < 20; i += 1) expect(await at.request(`user-${i}`, 'internal')).toBe('production');
      expect(drained).toBe(false);

      await held.finish();
      await draining;
    }),
  );

  it(
    'gives up on what does not end, and stays closed',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '0%'));
      const held = await at.holdOpen();
      const waiting = at.router.drain({ timeoutMs: 1_500 });
      expect(await routerErrorOf(waiting)).toMatchObject({ code: 'timed-out', retryable: true });
      await expectEffective(at, CLOSED);
      await held.finish();
    }),
  );

  it(
    'stops waiting when its caller does',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '0%'));
      const held = await at.holdOpen();
      const caller = new AbortController();
      const waiting = routerErrorOf(at.router.drain({ ...PATIENCE, signal: caller.signal }));
      await until('it is closed', async () => isClosed(await at.effective()));
      caller.abort();
      expect(await waiting).toMatchObject({ code: 'interrupted', retryable: true });
      await held.finish();
    }),
  );
}
