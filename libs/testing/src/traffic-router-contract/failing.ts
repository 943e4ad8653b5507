import { expect, it } from '@jest/globals';
import { CLOSED } from '#domain';
import type { RouterHarness } from './harness.js';
import { errorOf, expectEffective, type OnRouter, PATIENCE, split } from './support.js';

export function failing(onFreshRouter: OnRouter<RouterHarness>): void {
  it(
    'says so when the router cannot be reached',
    onFreshRouter(async (at) => {
      await at.disconnect();
      const unreachable = { code: 'unreachable', retryable: true };
      expect(await errorOf(at.router.apply(CLOSED, PATIENCE))).toMatchObject(unreachable);
      expect(await errorOf(at.router.apply(split('100%', '1%'), PATIENCE))).toMatchObject(unreachable);
      expect(await errorOf(at.router.converged(CLOSED, PATIENCE))).toMatchObject(unreachable);
      expect(await errorOf(at.router.drain(PATIENCE))).toMatchObject(unreachable);
    }),
  );

  it(
    'does nothing for a caller who does not wait any more',
    onFreshRouter(async (at) => {
      const options = { ...PATIENCE, signal: AbortSignal.abort() };
      const interrupted = { code: 'interrupted', retryable: true };
      expect(await errorOf(at.router.apply(split('100%', '1%'), options))).toMatchObject(interrupted);
      expect(await errorOf(at.router.drain(options))).toMatchObject(interrupted);
      await expectEffective(at, CLOSED);
    }),
  );
}
