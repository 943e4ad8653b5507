import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import {
  binomialInterval,
  describeWithNginx,
  dividedUsers,
  driveTraffic,
  stagingUsers,
  type TrafficTally,
} from '#testing';
import { MARKS, NginxStack } from './spec/nginx-stack.js';

/** More of both for a long run: `SLUICE_TRAFFIC_REQUESTS=200000 SLUICE_RELOADS=200`. */
const REQUESTS = Number(process.env.SLUICE_TRAFFIC_REQUESTS ?? 20_000);
const RELOADS = Number(process.env.SLUICE_RELOADS ?? 24);

describeWithNginx('an nginx with real traffic', () => {
  jest.setTimeout(30_000 + REQUESTS + RELOADS * 2_000);
  let stack: NginxStack;
  beforeAll(async () => {
    stack = await NginxStack.start({ workers: 2 });
  });
  afterAll(() => stack.stop());

  it('gives staging its share of the users, all that is internal, and keeps everybody on one side', async () => {
    const users = REQUESTS / 4;
    const load = { url: stack.url, ...MARKS, users };
    let before = new Set<string>();
    for (const [share, probability] of [
      ['1%', 0.01],
      ['5%', 0.05],
    ] as const) {
      await stack.open('100%', share);
      const tally = await driveTraffic({ ...load, requests: REQUESTS / 2, internalShare: 0.1 });
      expect(tally.failures).toEqual([]);
      expect(tally.internal).toEqual({ staging: REQUESTS / 20, production: 0 });
      expect(dividedUsers(tally)).toEqual([]);

      const chosen = stagingUsers(tally);
      const { low, high } = binomialInterval(tally.users.size, probability);
      expect(chosen.size).toBeGreaterThanOrEqual(low);
      expect(chosen.size).toBeLessThanOrEqual(high);
      expect([...before].filter((user) => !chosen.has(user))).toEqual([]);
      before = chosen;
    }
  });

  it('loses no request over many changes of the split', async () => {
    const load = new AbortController();
    // Every request over a connection of its own: those that are kept and idle are closed by a reload, which a client
    // has to expect of any server.
    const headers = { ...MARKS.internal?.headers, connection: 'close' };
    const driving = driveTraffic({
      url: stack.url,
      sticky: MARKS.sticky,
      internal: { headers },
      internalShare: 1,
      users: 1_000,
      requests: Number.POSITIVE_INFINITY,
      parallel: 4,
      signal: load.signal,
    });
    let tally: TrafficTally;
    try {
      for (let i = 0; i < RELOADS; i += 1) await stack.open(`${((i * 37) % 99) + 1}%`, '0%');
    } finally {
      load.abort();
      tally = await driving;
    }
    expect(tally.failures).toEqual([]);
    expect(tally.internal.staging).toBeGreaterThan(0);
    expect(tally.internal.production).toBeGreaterThan(0);
  });
});
