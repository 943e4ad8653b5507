import { describe, jest } from '@jest/globals';
import { applying } from './traffic-router-contract/applying.js';
import { dividing } from './traffic-router-contract/dividing.js';
import { draining } from './traffic-router-contract/draining.js';
import { failing } from './traffic-router-contract/failing.js';
import type { HeldRequest, RouterHarness } from './traffic-router-contract/harness.js';
import { onFreshRouters, onFreshRoutersWithTraffic, routerErrorOf } from './traffic-router-contract/support.js';

export type { HeldRequest, RouterHarness };
export { routerErrorOf };

/**
 * What every traffic router does. An adapter's spec calls this with a function that starts a router; every test gets one
 * of its own. `dataPlane: false` leaves out what needs real traffic, for a router that only exists as an API.
 */
export function trafficRouterContract(
  name: string,
  start: () => Promise<RouterHarness>,
  { dataPlane = true }: { readonly dataPlane?: boolean } = {},
): void {
  // Routers take their time to start on a busy machine, and to notice that a unit is ready.
  jest.setTimeout(60_000);

  describe(`${name} is a traffic router`, () => {
    describe('applying', () => applying(onFreshRouters(start)));
    describe('failing', () => failing(onFreshRouters(start)));
    if (!dataPlane) return;
    describe('dividing', () => dividing(onFreshRoutersWithTraffic(start)));
    describe('draining', () => draining(onFreshRoutersWithTraffic(start)));
  });
}
