import { expect } from '@jest/globals';
import { isSameSplit, type TrafficSplit } from '#domain';
import { RouterError, type RouterOptions } from '#traffic';
import { steer } from '../traffic-load/trials.js';
import type { RouterHarness, RouterWithTraffic } from './harness.js';

export type OnRouter<Harness extends RouterHarness> = (test: (at: Harness) => Promise<void>) => () => Promise<void>;

/** Makes a test out of a function that is given a router of its own. */
export function onFreshRouters(start: () => Promise<RouterHarness>): OnRouter<RouterHarness> {
  return (test) => async () => {
    const at = await start();
    try {
      await test(at);
    } finally {
      await at.stop();
    }
  };
}

/** The same for tests that need a data plane. */
export function onFreshRoutersWithTraffic(start: () => Promise<RouterHarness>): OnRouter<RouterWithTraffic> {
  return (test) =>
    onFreshRouters(start)(async (at) => {
      if (!hasTraffic(at)) throw new Error('this harness has no data plane: give it request and holdOpen');
      await test(at);
    });
}

function hasTraffic(at: RouterHarness): at is RouterWithTraffic {
  return at.request !== undefined && at.holdOpen !== undefined;
}

export const PATIENCE: RouterOptions = { timeoutMs: 20_000 };

export const split = (internal: string, production: string): TrafficSplit => ({ internal, production });

/** Tells the router the split and waits until it divides by it. */
export function open({ router }: RouterHarness, { internal, production }: TrafficSplit): Promise<void> {
  return steer({ router }, internal, production);
}

export async function expectEffective(at: RouterHarness, wanted: TrafficSplit): Promise<void> {
  const effective = await at.effective();
  if (!isSameSplit(effective, wanted)) expect(effective).toEqual(wanted);
}

/** The error that a promise ends with; fails the test when there is none or it is of another kind. */
export async function routerErrorOf(promise: Promise<unknown>): Promise<RouterError> {
  const error = await promise.then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof RouterError)) throw error;
  return error;
}
