import { expect, it, jest } from '@jest/globals';
import { CLOSED } from '#domain';
import {
  describeWithHaproxy,
  driveTraffic,
  expectDivision,
  expectNoLossByChanges,
  requestOnce,
  type Steered,
  steer,
} from '#testing';
import { RouterError } from '../errors.js';
import { HaproxyStage, MARKS } from './spec/haproxy-stage.js';

/** Requests at each share, changes of the shares, ends of HAProxy: see "Long runs" in CONTRIBUTING.md. */
const REQUESTS = Number(process.env.TRAFFIC_REQUESTS ?? 4_000);
const CHANGES = Number(process.env.TRAFFIC_CHANGES ?? 40);
const KILLS = Number(process.env.TRAFFIC_KILLS ?? 5);

jest.setTimeout(600_000);

const PATIENCE = { timeoutMs: 10_000 };

describeWithHaproxy('real traffic through HAProxy', () => {
  const onStage = (test: (stage: HaproxyStage, at: Steered) => Promise<void>) => async () => {
    const stage = await HaproxyStage.start();
    try {
      await test(stage, { router: stage.router, url: stage.url, marks: MARKS });
    } finally {
      await stage.stop();
    }
  };

  it(
    'is divided by the share, and users stay where they are',
    onStage((_, at) => expectDivision(at, { requests: REQUESTS, users: REQUESTS / 2, shares: ['1%', '10%'] })),
  );

  it(
    'loses no request while the share changes',
    onStage((_, at) =>
      expectNoLossByChanges(at, {
        changes: CHANGES,
        clients: [
          { connections: 'kept', parallel: 12 },
          { connections: 'single', parallel: 4 },
        ],
      }),
    ),
  );

  it(
    'goes to production after HAProxy was killed at any moment of a change, until the change comes again',
    onStage(async (stage, at) => {
      for (let i = 0; i < KILLS; i += 1) {
        await steer(at, '100%', '50%');
        const changing = stage.router.apply({ internal: '100%', production: '100%' }, PATIENCE).catch(onlyUnreachable);
        // Later and later: before it has connected, while it asks what is ready, in the middle of the change.
        for (let turn = 0; turn < i; turn += 1) await new Promise(setImmediate);
        await stage.haproxy.kill();
        await changing;
        await stage.haproxy.restart();
        expect(await stage.effective()).toEqual(CLOSED);
        expect(await everybody(at)).toMatchObject({ failed: 0, production: { staging: 0 }, internal: { staging: 0 } });
        await stage.untilChecked('L7OK');
      }
      await steer(at, '100%', '100%');
      expect(await everybody(at)).toMatchObject({
        failed: 0,
        production: { production: 0 },
        internal: { production: 0 },
      });
    }),
  );

  it(
    'goes by the old split or by the new one when the caller goes away in the middle of a change',
    onStage(async (stage, at) => {
      const one = { internal: '100%', production: '0%' };
      const other = { internal: '0%', production: '100%' };
      for (let i = 0; i < KILLS * 2; i += 1) {
        await steer(at, one.internal, one.production);
        const caller = new AbortController();
        const changing = stage.router.apply(other, { ...PATIENCE, signal: caller.signal }).catch(onlyInterrupted);
        for (let turn = 0; turn < i; turn += 1) await new Promise(setImmediate);
        caller.abort();
        await changing;
        expect([one, other]).toContainEqual(await stage.effective());
        await steer(at, other.internal, other.production);
        expect(await stage.effective()).toEqual(other);
      }
    }),
  );

  it(
    'never goes to staging units that are not ready, over restarts and changes',
    onStage(async (stage, at) => {
      await steer(at, '100%', '100%');
      stage.staging.ready = false;
      await stage.untilChecked('L7STS');
      stage.staging.servedUnready = 0;
      const enough = new AbortController();
      // By their tag, internal requests go to staging whatever the share, and so at once after a start.
      const internal = { headers: { ...MARKS.internal?.headers, 'x-sluice-env': 'staging' } };
      const load = { url: at.url, ...MARKS, internal, users: 1_000, internalShare: 0.5 };
      const requests = Number.POSITIVE_INFINITY;
      const driving = driveTraffic({ ...load, requests, parallel: 8, signal: enough.signal });
      for (let i = 0; i < KILLS; i += 1) {
        await refuseNotReady(stage);
        await stage.haproxy.kill();
        await stage.haproxy.restart();
        await refuseNotReady(stage);
        await requestOnce(at.url, MARKS, 'ada', false);
      }
      enough.abort();
      const tally = await driving;
      expect(tally.production.production).toBeGreaterThan(0);
      expect([tally.production.staging, tally.internal.staging, stage.staging.servedUnready]).toEqual([0, 0, 0]);
    }),
  );
});

function everybody({ url, marks }: Steered) {
  return driveTraffic({ url, ...marks, users: 200, requests: 400, internalShare: 0.5 });
}

async function refuseNotReady({ router }: HaproxyStage): Promise<void> {
  await expect(router.apply({ internal: '100%', production: '100%' }, PATIENCE)).rejects.toMatchObject({
    code: 'not-ready',
  });
}

function onlyUnreachable(error: unknown): void {
  if (!(error instanceof RouterError) || error.code !== 'unreachable') throw error;
}

function onlyInterrupted(error: unknown): void {
  if (!(error instanceof RouterError) || error.code !== 'interrupted') throw error;
}
