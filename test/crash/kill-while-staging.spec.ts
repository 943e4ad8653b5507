import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CLOSED, ENDS, isClosed, type ReleaseView, type TrafficSplit } from '#domain';
import { describeWithHaproxy, until } from '#testing';
import { CallRecord, routerFor, type TrafficRouter } from '#traffic';
import { seededRandom } from '../harness/random.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';
import { StagedShop } from '../harness/staged-shop.js';

/** Another one kills at other moments. */
const SEED = Number(process.env.TRAFFIC_SEED ?? 20_260_202);
const VICTIMS = ['haproxy', 'executor', 'observer', 'planner', 'haproxy'] as const;
const IN_TIME = { timeoutMs: 5_000 };
/** So many requests of clients show how a router divides that was just started. */
const ENOUGH_REQUESTS = 10;
const RELEASES = [
  { version: '2', ends: 'completed', leaks: 'never' },
  { version: '3', ends: 'rolled-back', leaks: 'with traffic' },
  { version: '4', ends: 'completed', leaks: 'never' },
  { version: '5', ends: 'rolled-back', leaks: 'from the start' },
] as const;
/** Of HAProxy: its calls, one a line. */
const LOG = 'haproxy.log';
const LOOK_AGAIN_MS = 100;
const STAGING_UNIT = 'web-staging-a';
const PRODUCTION_UNITS = ['eu-a', 'eu-b', 'eu-c'];

interface Event {
  readonly type: string;
  readonly at: string;
  readonly data: Readonly<Record<string, unknown>>;
}

describeWithHaproxy('killing services and the router while releases are in staging', () => {
  const random = seededRandom(SEED);
  const ids = new Map<string, string>();
  /** Whether HAProxy was closed each time that it was started again, by its map and by where requests went. */
  const restarts: { readonly closed: boolean; readonly toStaging: number }[] = [];
  let running: RunningPlane;
  let shop: StagedShop;
  let router: TrafficRouter;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-staging-'));
    [running, shop] = await Promise.all([startPlane(), StagedShop.start(folder)]);
    router = routerFor(shop.environment, 'split');
    await shop.register(running.api);
  }, 90_000);

  afterAll(async () => {
    await shop?.stop();
    await running?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  async function begin(version: string, observe: string): Promise<string> {
    const staging = { environment: 'shop-staging', traffic: { production: '20%' }, observe };
    const body = shop.release(version, { staging });
    const submitted = await running.api.insist('POST', '/v1/releases', { as: 'author', body });
    expect(submitted).toMatchObject({ status: 201, body: { state: 'ready' } });
    const id = String(submitted.body.id);
    expect(await running.api.insist('POST', `/v1/releases/${id}/start`, { as: 'operator' })).toMatchObject({
      status: 200,
    });
    return id;
  }

  async function view(id: string): Promise<ReleaseView> {
    return (await running.api.insist('GET', `/v1/releases/${id}`)).body as unknown as ReleaseView;
  }

  async function events(version: string): Promise<Event[]> {
    const { body } = await running.api.insist('GET', `/v1/releases/${ids.get(version)}/events?limit=1000`);
    return body.events as unknown as Event[];
  }

  /** Sees a release to its end; a person confirms whatever is observed. */
  async function follow(id: string, onTraffic: () => void): Promise<void> {
    let last: ReleaseView | null = null;
    const look = async () => {
      last = await view(id);
      if ((ENDS as readonly string[]).includes(last.state)) return true;
      if (last.staging?.traffic.now.production === '20%') onTraffic();
      for (const batch of [...(last.staging ? [last.staging] : []), ...last.batches]) {
        if (batch.state !== 'observing' || batch.confirmations.length > 0) continue;
        const body = { batch: batch.id, seen: 'orders come in' };
        await running.api.insist('POST', `/v1/releases/${id}/confirmations`, { as: 'second-operator', body });
      }
      // A question that is under way to a service that dies is waited for for long: seldom ones seldom meet that.
      await sleep(LOOK_AGAIN_MS);
      return false;
    };
    await until(`${id} has ended`, look, 50_000).catch((error: unknown) => {
      throw new Error(`it came no further than ${JSON.stringify(last, null, 1)}`, { cause: error });
    });
  }

  /** Every one of the victims once, in an order and at moments that the seed chooses. */
  async function killAll(): Promise<void> {
    const left: (typeof VICTIMS)[number][] = [...VICTIMS];
    while (left.length > 0) {
      await sleep(100 + random() * 700);
      const [victim] = left.splice(Math.floor(random() * left.length), 1);
      if (victim === 'haproxy') await killRouter();
      else if (victim) await killService(victim);
    }
  }

  async function killService(name: 'executor' | 'observer' | 'planner'): Promise<void> {
    await running.plane.kill(name);
    // Without the patience that grows with each death of a service.
    running.plane.start(name);
  }

  /** The executor is frozen meanwhile, so that nobody tells the router anything; half of the times it dies of it. */
  async function killRouter(): Promise<void> {
    const executor = running.plane.pid('executor');
    if (executor === undefined) throw new Error('the executor does not run');
    process.kill(executor, 'SIGSTOP');
    try {
      await shop.haproxy.kill();
      await shop.haproxy.restart();
      const closed = await router.converged(CLOSED, IN_TIME);
      restarts.push({ closed, toStaging: await requestsToStaging() });
    } finally {
      if (random() < 0.5) await killService('executor');
      else process.kill(executor, 'SIGCONT');
    }
  }

  /** Of the first requests that a router divides after its start. */
  async function requestsToStaging(): Promise<number> {
    let counts = await router.observe(IN_TIME);
    await until('clients have come back to the router', async () => {
      counts = await router.observe(IN_TIME);
      return counts !== null && counts.internal.production + counts.internal.staging >= ENOUGH_REQUESTS;
    });
    return (counts?.internal.staging ?? 0) + (counts?.production.staging ?? 0);
  }

  /** The calls of clients, by the logs of all processes that HAProxy had. */
  async function routedCalls(): Promise<CallRecord[]> {
    const names = (await readdir(folder)).filter((name) => name.startsWith(LOG));
    const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('{'));
    return lines.map((line) => CallRecord.parse(JSON.parse(line)));
  }

  it.each(RELEASES)(
    'leaves version $version, which leaks $leaks, $ends, and its traffic out of staging',
    async ({ version, ends, leaks }) => {
      if (leaks === 'from the start') shop.stack.callByAddress('orders', 'stock');
      const id = await begin(version, leaks === 'never' ? '2s' : '5m');
      ids.set(version, id);
      const onTraffic = () => {
        if (leaks === 'with traffic') shop.stack.dropTag('orders');
      };
      await Promise.all([follow(id, onTraffic), killAll()]);
      shop.stack.dropTag('orders', false);
      shop.stack.callByAddress('orders', null);
      expect(await view(id)).toMatchObject({ state: ends, staging: { traffic: { now: CLOSED, shiftingTo: null } } });
      expect(await router.converged(CLOSED, IN_TIME)).toBe(true);
    },
    90_000,
  );

  it('finds the router closed whenever it was started again, until it is told anew', () => {
    expect(restarts).toHaveLength(RELEASES.length * VICTIMS.filter((victim) => victim === 'haproxy').length);
    expect(restarts.filter(({ closed, toStaging }) => !closed || toStaging > 0)).toEqual([]);
  });

  it('lets traffic in only after the units were deployed and probed, and opens nothing before it has left', async () => {
    for (const { version, leaks } of RELEASES) {
      const told = await events(version);
      const shifts = told.filter(({ type }) => type === 'TrafficShiftStarted.v1');
      const firstOpen = told.findIndex((event) => event.type === 'TrafficShiftStarted.v1' && !isClosed(splitOf(event)));
      if (leaks === 'from the start') {
        expect(shifts).toEqual([]);
        continue;
      }
      const deployed = told.findIndex(({ type, data }) => type === 'BatchDeployed.v1' && data.batch === 'staging');
      const probed = told.findIndex(({ type, data }) => type === 'StagingProbed.v1' && data.verdict === 'passed');
      expect(deployed).toBeGreaterThan(0);
      expect(probed).toBeGreaterThan(deployed);
      expect(firstOpen).toBeGreaterThan(probed);
      const left = told.findLastIndex(({ type }) => type === 'TrafficShifted.v1');
      expect(splitOf(told[left] as Event)).toEqual(CLOSED);
      const next = told.findIndex(
        ({ type, data }) => type === 'UnitRollbackStarted.v1' || (type === 'WaveOpened.v1' && data.wave === 1),
      );
      expect(next).toBeGreaterThan(left);
    }
  });

  it('sends no client to staging at any other time', async () => {
    const stays = await Promise.all(RELEASES.map(async ({ version }) => stayOf(await events(version))));
    const staging = new Set(shop.environment.spec.services.flatMap(({ units }) => units.map(({ address }) => address)));
    const times = (await routedCalls())
      .filter(({ destination }) => staging.has(destination))
      .map(({ at }) => Number(at) * 1_000);
    expect(times.length).toBeGreaterThan(100);
    expect(times.filter((time) => !stays.some((stay) => stay && stay.from <= time && time <= stay.to))).toEqual([]);
  });

  it('answers every client that finds the router there', () => {
    expect(shop.failures).toBe(0);
  });

  it('deploys each unit once, and leaves production alone when staging was bad', async () => {
    const runs = await shop.fleet.runs();
    for (const { version, ends } of RELEASES) {
      const deployed = runs.filter((run) => run.action === 'deploy' && run.version === version);
      const expected = ends === 'completed' ? [...PRODUCTION_UNITS, STAGING_UNIT] : [STAGING_UNIT];
      expect(deployed.map(({ unit }) => unit).sort()).toEqual(expected);
    }
    const back = runs.filter(({ action }) => action === 'rollback');
    expect(back.map(({ unit, version }) => `${unit} ${version}`)).toEqual([`${STAGING_UNIT} 2`, `${STAGING_UNIT} 4`]);
    expect(new Set(Object.values(await shop.fleet.versions()))).toEqual(new Set(['4']));
  });

  it('leaves the log whole, and the read models equal to it', async () => {
    const { body } = await running.api.insist('GET', '/v1/audit/integrity');
    expect(body).toMatchObject({ ok: true, firstProblem: null, mismatches: [] });
  });
});

function splitOf({ data }: Event): TrafficSplit {
  return data.to as TrafficSplit;
}

/** From when to when a release may have traffic in staging, in milliseconds: from the probe until all of it has left. */
function stayOf(told: readonly Event[]): { readonly from: number; readonly to: number } | null {
  const probed = told.find(({ type, data }) => type === 'StagingProbed.v1' && data.verdict === 'passed');
  const left = told.findLast(({ type }) => type === 'TrafficShifted.v1');
  return probed && left ? { from: Date.parse(probed.at), to: Date.parse(left.at) } : null;
}
