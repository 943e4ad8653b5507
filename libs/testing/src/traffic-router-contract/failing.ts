import { expect, it } from '@jest/globals';
import { CLOSED } from '#domain';
import type { RouterHarness } from './harness.js';
import { expectEffective, type OnRouter, PATIENCE, routerErrorOf, split } from './support.js';

export function failing(onFreshRouter: OnRouter<RouterHarness>): void {
  it(
    'says so when the router cannot be reached',
    onFreshRouter(async (at) => {
      await at.disconnect();
      const unreachable = { code: 'unreachable', retryable: true };
      expect(await routerErrorOf(at.router.apply(CLOSED, PATIENCE))).toMatchObject(unreachable);
      expect(await routerErrorOf(at.router.apply(split('100%', '1%'), PATIENCE))).toMatchObject(unreachable);
      expect(await routerErrorOf(at.router.converged(CLOSED, PATIENCE))).toMatchObject(unreachable);
      expect(await routerErrorOf(at.router.drain(PATIENCE))).toMatchObject(unreachable);
    }),
  );

  it(
    'does nothing for a caller who does not wait any more',
    onFreshRouter(async (at) => {
      const options = { ...PATIENCE, signal: AbortSignal.abort() };
      const interrupted = { code: 'interrupted', retryable: true };
      expect(await routerErrorOf(at.router.apply(split('100%', '1%'), options))).toMatchObject(interrupted);
      expect(await routerErrorOf(at.router.drain(options))).toMatchObject(interrupted);
      await expectEffective(at, CLOSED);
    }),
  );
}
