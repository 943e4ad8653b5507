import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SERVICES } from '../../deploy/local/plane.mjs';
import { seededRandom } from '../harness/random.js';
import { releaseDocument } from '../harness/release-document.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';

const SEED = 20_260_101;
const KILLS = 20;
const SERVICE_NAMES: readonly (typeof SERVICES)[number][] = ['audit', 'planner', 'executor', 'observer', 'gateway'];
const ROLLOUT = [
  { clusters: ['eu-1'], order: 'serial', batches: [1, '50%', '100%'] },
  { clusters: ['us-1', 'us-2'], order: 'parallel', batches: [1, '100%'] },
];
/** Good versions, and one that fails in its first batch. */
const RELEASES = [
  { version: '2', ends: 'completed' },
  { version: '3', ends: 'completed' },
  { version: '4-bad', ends: 'rolled-back' },
  { version: '5', ends: 'completed' },
];
const ENDS = new Set(['completed', 'rolled-back', 'aborted', 'withdrawn', 'rejected']);

interface Event {
  readonly type: string;
  readonly data: Record<string, unknown>;
}

let running: RunningPlane;
const random = seededRandom(SEED);

beforeAll(async () => {
  running = await startPlane();
  const zones = [
    { name: 'eu-1', units: 4 },
    { name: 'us-1', units: 3 },
    { name: 'us-2', units: 3 },
  ];
  await running.fleet.start(zones, '1');
  running.fleet.broken.add('4-bad');
  const answer = await running.api.insist('POST', '/v1/topologies', { body: running.fleet.topology('production') });
  expect(answer.status).toBeLessThan(300);
}, 90_000);

afterAll(() => running?.stop(), 30_000);

/** Submits and starts a release, and kills services at random moments while it runs. */
async function releaseUnderFire(version: string, kills: number): Promise<string> {
  const { api, plane } = running;
  const body = releaseDocument({ version, topology: 'production', rollout: ROLLOUT });
  const submitted = await api.insist('POST', '/v1/releases', { as: 'author', body });
  expect(submitted).toMatchObject({ status: 201, body: { state: 'ready' } });
  const id = String(submitted.body.id);
  expect(await api.insist('POST', `/v1/releases/${id}/start`, { as: 'operator', body: {} })).toMatchObject({
    status: 200,
  });
  let left = kills;
  const deadline = Date.now() + 120_000;
  while (Date.now() < deadline) {
    const { body: release } = await api.insist('GET', `/v1/releases/${id}`);
    if (ENDS.has(String(release.state))) break;
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 1_200));
    if (left === 0) continue;
    left -= 1;
    await plane.kill(SERVICE_NAMES[Math.floor(random() * SERVICE_NAMES.length)] as (typeof SERVICES)[number]);
  }
  // A release that ended early takes its share of kills at rest.
  for (; left > 0; left -= 1) {
    await plane.kill(SERVICE_NAMES[Math.floor(random() * SERVICE_NAMES.length)] as (typeof SERVICES)[number]);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return id;
}

async function eventsOf(id: string): Promise<Event[]> {
  const { body } = await running.api.insist('GET', `/v1/releases/${id}/events?limit=1000`);
  return body.events as unknown as Event[];
}

describe('killing any service with SIGKILL at any moment of a release', () => {
  const ids = new Map<string, string>();

  it.each(RELEASES)(
    'leaves version $version $ends',
    async ({ version, ends }) => {
      const id = await releaseUnderFire(version, KILLS / RELEASES.length);
      ids.set(version, id);
      expect((await running.api.insist('GET', `/v1/releases/${id}`)).body).toMatchObject({ state: ends });
    },
    150_000,
  );

  it('does not change the order of the batches', async () => {
    for (const { version, ends } of RELEASES) {
      const opened = (await eventsOf(ids.get(version) ?? '')).filter(({ type }) => type === 'WaveOpened.v1');
      const all = [['eu-1.1'], ['eu-1.2'], ['eu-1.3'], ['us-1.1', 'us-2.1'], ['us-1.2', 'us-2.2']];
      expect(opened.map(({ data }) => data.batches)).toEqual(ends === 'completed' ? all : all.slice(0, 1));
    }
  });

  it('deploys no unit twice, and puts back each unit that was changed once', async () => {
    const runs = await running.fleet.runs();
    const perUnit = running.fleet.units.map(({ id }) => runs.filter(({ unit }) => unit === id));
    for (const { version, ends } of RELEASES) {
      const deployed = perUnit.map(
        (own) => own.filter((run) => run.action === 'deploy' && run.version === version).length,
      );
      const whole = running.fleet.units.map(() => 1);
      expect(deployed).toEqual(ends === 'completed' ? whole : whole.map((_, i) => (i === 0 ? 1 : 0)));
    }
    expect(runs.filter(({ action }) => action === 'rollback')).toEqual([
      expect.objectContaining({ unit: 'eu-1-a', version: '3' }),
    ]);
  });

  it('leaves the fleet where the log says it is', async () => {
    expect(new Set(Object.values(await running.fleet.versions()))).toEqual(new Set(['5']));
  });

  it('leaves the log whole, and the read models equal to it', async () => {
    const { body } = await running.api.insist('GET', '/v1/audit/integrity');
    expect(body).toMatchObject({ ok: true, firstProblem: null, mismatches: [] });
  });
});
