import { z } from 'zod';
import { mustBe } from './expectation.js';

const A_SHARE = 'a share of traffic such as 1%';
const Percent = z.string({ error: mustBe(A_SHARE) }).regex(/^\d{1,3}(\.\d{1,2})?%$/, {
  error: `must be ${A_SHARE}, with at most two decimals`,
  abort: true,
});

/** All of the traffic, in basis points. */
export const ALL_BASIS_POINTS = 10_000;

/** A share of traffic that somebody asks for: `0.01%` to `100%`. Routers divide users into 10,000 parts. */
export const TrafficShare = Percent.refine(
  (text) => toBasisPoints(text) > 0 && toBasisPoints(text) <= ALL_BASIS_POINTS,
  {
    error: 'must be 0.01% to 100%',
    abort: true,
  },
);

/** What a router is told: of the internal and of the production traffic, how much goes to staging. `0%` is none. */
export const TrafficSplit = z.object({ internal: Percent, production: Percent });
export type TrafficSplit = z.infer<typeof TrafficSplit>;

/** Nothing goes to staging. */
export const CLOSED: TrafficSplit = { internal: '0%', production: '0%' };

/** `1%` is 100; whole numbers from 0 to 10,000. */
export function toBasisPoints(share: string): number {
  return Math.round(Number(share.slice(0, -1)) * 100);
}

/** Two splits that mean the same: `1%` is `1.0%`. */
export function isSameSplit(one: TrafficSplit, other: TrafficSplit): boolean {
  return (
    toBasisPoints(one.internal) === toBasisPoints(other.internal) &&
    toBasisPoints(one.production) === toBasisPoints(other.production)
  );
}

/** Nothing goes to staging by this split. */
export function isClosed(split: TrafficSplit): boolean {
  return isSameSplit(split, CLOSED);
}
