import { expect, it } from '@jest/globals';
import { CLOSED } from '#domain';
import type { RouterHarness } from './harness.js';
import { expectEffective, type OnRouter, open, PATIENCE, routerErrorOf, split } from './support.js';

export function applying(onFreshRouter: OnRouter<RouterHarness>): void {
  it(
    'is closed at first and takes a split',
    onFreshRouter(async (at) => {
      await expectEffective(at, CLOSED);
      await open(at, split('100%', '1%'));
      await expectEffective(at, split('100%', '1%'));
    }),
  );

  it(
    'takes every share from 0.01% to 100%',
    onFreshRouter(async (at) => {
      for (const share of ['0.01%', '0.99%', '1%', '12.34%', '99.99%', '100%']) {
        await open(at, split('100%', share));
        await expectEffective(at, split('100%', share));
      }
      await open(at, split('0.01%', '0%'));
      await expectEffective(at, split('0.01%', '0%'));
    }),
  );

  it(
    'does not say that it has converged on another split',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '1%'));
      expect(await at.router.converged(CLOSED, PATIENCE)).toBe(false);
      expect(await at.router.converged(split('100%', '1.01%'), PATIENCE)).toBe(false);
      expect(await at.router.converged(split('99.99%', '1%'), PATIENCE)).toBe(false);
      expect(await at.router.converged(split('100.0%', '1.00%'), PATIENCE)).toBe(true);
    }),
  );

  it(
    'takes the same split again, and the last one of several',
    onFreshRouter(async (at) => {
      for (let i = 0; i < 3; i += 1) await open(at, split('100%', '5%'));
      await expectEffective(at, split('100%', '5%'));
      await open(at, split('50%', '2%'));
      await expectEffective(at, split('50%', '2%'));
      await open(at, CLOSED);
      await expectEffective(at, CLOSED);
    }),
  );

  it(
    'refuses to open to staging units that are not ready, and leaves the split',
    onFreshRouter(async (at) => {
      await at.setStagingReady(false);
      for (const wanted of [split('100%', '0%'), split('0%', '0.01%')]) {
        expect(await routerErrorOf(at.router.apply(wanted, PATIENCE))).toMatchObject({
          code: 'not-ready',
          retryable: true,
        });
      }
      await expectEffective(at, CLOSED);
      await at.setStagingReady(true);
      await open(at, split('100%', '1%'));
    }),
  );

  it(
    'closes although the staging units are not ready',
    onFreshRouter(async (at) => {
      await open(at, split('100%', '1%'));
      await at.setStagingReady(false);
      await open(at, CLOSED);
      await expectEffective(at, CLOSED);
    }),
  );
}
