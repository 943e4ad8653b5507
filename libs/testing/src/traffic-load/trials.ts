import { expect } from '@jest/globals';
import { toBasisPoints } from '#domain';
import type { TrafficRouter } from '#traffic';
import { until } from '../until.js';
import { driveTraffic, type Marks, type TrafficLoad, type TrafficTally } from './drive-traffic.js';
import { binomialInterval, dividedUsers, stagingUsers } from './verdicts.js';

/** A router with its data plane, in front of {@link SideServer}s. */
export interface Steered {
  readonly router: TrafficRouter;
  /** Where clients come in. */
  readonly url: string;
  readonly marks: Marks;
}

const PATIENCE = { timeoutMs: 20_000 };

/** Tells the router the split and waits until it divides by it. */
export async function steer({ router }: Pick<Steered, 'router'>, internal: string, production: string): Promise<void> {
  await router.apply({ internal, production }, PATIENCE);
  const what = `converged on ${internal} and ${production}`;
  await until(what, () => router.converged({ internal, production }, PATIENCE));
}

/**
 * Sends `requests` real requests at each of the growing shares of production traffic, one in ten of them internal, and
 * expects: none fails, all internal ones go to staging, every user stays on one side, nobody comes back while the share
 * grows, and as many users go to staging as chance allows in 99.9 % of all cases.
 */
export async function expectDivision(
  at: Steered,
  {
    requests,
    users,
    shares,
  }: { readonly requests: number; readonly users: number; readonly shares: readonly string[] },
): Promise<void> {
  let before = new Set<string>();
  for (const share of shares) {
    await steer(at, '100%', share);
    const tally = await driveTraffic({ url: at.url, ...at.marks, requests, users, internalShare: 0.1 });
    expectNoFailure(tally);
    expect(tally.internal).toEqual({ staging: Math.floor(requests * 0.1), production: 0 });
    expect(dividedUsers(tally)).toEqual([]);
    const now = stagingUsers(tally);
    expect([...before].filter((user) => tally.users.has(user) && !now.has(user))).toEqual([]);
    const { low, high } = binomialInterval(tally.users.size, toBasisPoints(share) / 10_000);
    expect(now.size).toBeGreaterThanOrEqual(low);
    expect(now.size).toBeLessThanOrEqual(high);
    before = now;
  }
}

/**
 * Changes the shares `changes` times, up and down and back to nothing, while clients ask, and expects that no request
 * fails and that both sides get some.
 *
 * @param clients each sort of them, that ask side by side
 */
export async function expectNoLossByChanges(
  at: Steered,
  { changes, clients }: { readonly changes: number; readonly clients: readonly Partial<TrafficLoad>[] },
): Promise<void> {
  const enough = new AbortController();
  const load = { url: at.url, ...at.marks, users: 1_000, requests: Number.POSITIVE_INFINITY, internalShare: 0.1 };
  const driving = Promise.all(clients.map((client) => driveTraffic({ ...load, ...client, signal: enough.signal })));
  const shares = ['0.01%', '50%', '0%', '100%', '1%'];
  try {
    for (let i = 0; i < changes; i += 1)
      await steer(at, i % 3 === 0 ? '0%' : '100%', shares[i % shares.length] ?? '0%');
  } finally {
    enough.abort();
    await driving;
  }
  for (const tally of await driving) {
    expectNoFailure(tally);
    expect(Math.min(tally.production.staging, tally.production.production)).toBeGreaterThan(0);
  }
}

function expectNoFailure({ failed, failures }: TrafficTally): void {
  expect({ failed, failures }).toEqual({ failed: 0, failures: [] });
}
