import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { ENDS } from '#domain';
import { describeWithPostgres, until } from '#testing';
import type { Api } from '../harness/api.js';
import { releaseDocument } from '../harness/release-document.js';
import { ReleaseInTest, type Told } from '../harness/release-in-test.js';
import { type Replica, ReplicatedPlane } from '../harness/replicas.js';

jest.setTimeout(120_000);

const ROLLOUT = [
  { clusters: ['eu-1'], order: 'serial', batches: [1, '50%', '100%'] },
  { clusters: ['us-1', 'us-2'], order: 'parallel', batches: [1, '100%'] },
];
const WAVES = [['eu-1.1'], ['eu-1.2'], ['eu-1.3'], ['us-1.1', 'us-2.1'], ['us-1.2', 'us-2.2']];

describeWithPostgres('two replicas of each service', () => {
  let plane: ReplicatedPlane;

  beforeAll(async () => {
    plane = await ReplicatedPlane.start();
    const zones = [
      { name: 'eu-1', units: 4 },
      { name: 'us-1', units: 3 },
      { name: 'us-2', units: 3 },
    ];
    await plane.fleet.start(zones, '1');
    const topology = await plane.api().insist('POST', '/v1/topologies', { body: plane.fleet.topology('production') });
    expect(topology.status).toBeLessThan(300);
  });

  afterAll(() => plane?.stop());

  async function start(api: Api, version: string, interval: string): Promise<ReleaseInTest> {
    const body = releaseDocument({ version, topology: 'production', rollout: ROLLOUT, interval });
    const submitted = await api.insist('POST', '/v1/releases', { as: 'author', body });
    expect(submitted).toMatchObject({ status: 201, body: { state: 'ready' } });
    const release = new ReleaseInTest(api, String(submitted.body.id));
    const started = await api.insist('POST', `/v1/releases/${release.id}/start`, { as: 'operator', body: {} });
    expect(started.status).toBe(200);
    return release;
  }

  /** Every unit was changed to the version by one command, and the batches came in order without a stop. */
  async function wentAsPlanned(version: string, events: readonly Told[]): Promise<void> {
    expect(new Set(Object.values(await plane.fleet.versions()))).toEqual(new Set([version]));
    const runs = (await plane.fleet.runs()).filter((run) => run.version === version);
    expect(runs.map(({ unit }) => unit).sort()).toEqual(plane.fleet.units.map(({ id }) => id).sort());
    const opened = events.filter(({ type }) => type === 'WaveOpened.v1');
    expect(opened.map(({ data }) => (data as Record<string, unknown>).batches)).toEqual(WAVES);
    expect(events.filter(({ type }) => /Held|Failed|RollbackStarted/.test(type))).toEqual([]);
  }

  async function isWhole(api: Api): Promise<void> {
    const { body } = await api.insist('GET', '/v1/audit/integrity');
    expect(body).toMatchObject({ ok: true, firstProblem: null, mismatches: [] });
  }

  it('are all restarted, one after another, during a release, and nothing about it changes', async () => {
    const release = await start(plane.api('gateway-2'), '2', '5s');
    const states: string[] = [];
    for (const replica of [...plane.replicas].reverse()) {
      await replica.restart();
      states.push((await release.view()).state);
    }
    // Otherwise nothing was shown: the release has to be under way while they are restarted.
    expect(states.filter((state) => state === 'running').length).toBeGreaterThan(states.length / 2);
    await release.until('completed', ({ state }) => state === 'completed', { timeoutMs: 90_000 });
    await wentAsPlanned('2', await release.events());
    await isWhole(plane.api());
  });

  it('carry a release on when the executor that has it is killed, and do nothing twice', async () => {
    const release = await start(plane.api(), '3', '1s');
    const isUnderWay = async () => (await plane.fleet.runs()).some(({ version }) => version === '3');
    await until('a unit is being changed', isUnderWay);
    const holder = await holderOf(release);
    await holder.kill();
    await release.until('completed', ({ state }) => state === 'completed', { timeoutMs: 60_000 });
    await wentAsPlanned('3', await release.events());
    const journals = new Set(
      (await release.events()).flatMap(({ data }) => (data as Record<string, string>).journal ?? []),
    );
    expect(journals.size).toBe(2);
    await holder.start();
  });

  /** Who began the newest effect of a release. */
  async function holderOf(release: ReleaseInTest): Promise<Replica> {
    const begun = (await release.events()).filter(({ type }) => type === 'UnitDeployStarted.v1').at(-1);
    const journal = (begun?.data as Record<string, string> | undefined)?.journal;
    for (const replica of plane.replicas.filter(({ service }) => service === 'executor')) {
      if ((await replica.journal().catch(() => null)) === journal) return replica;
    }
    throw new Error(`no executor has the journal ${journal}`);
  }

  it('show the same to whoever asks, whichever gateway is asked, and go on with a stream at the other one', async () => {
    const release = await start(plane.api(), '4', '1s');
    const first = await listen(plane.api('gateway-1'), release.id, undefined, (types) => types.length >= 12);
    const rest = await listen(plane.api('gateway-2'), release.id, first.last, (types) =>
      types.includes('ReleaseCompleted.v1'),
    );
    const whole = (await release.events()).map(({ type }) => type);
    expect([...first.types, ...rest.types]).toEqual(whole);
    const view = async (gateway: string) => (await plane.api(gateway).insist('GET', `/v1/releases/${release.id}`)).body;
    expect(await view('gateway-1')).toEqual(await view('gateway-2'));
  });

  it('keep the read models up to date when the audit that writes them is killed, and make them again on either', async () => {
    const release = await start(plane.api(), '5', '1s');
    for (const audit of plane.replicas.filter(({ service }) => service === 'audit')) {
      await audit.kill();
      await audit.start();
    }
    await release.until('completed', ({ state }) => state === 'completed', { timeoutMs: 60_000 });
    await wentAsPlanned('5', await release.events());
    // One of the two is asked, and as often as not it is the one that does not write.
    for (let round = 0; round < 4; round += 1) {
      const rebuilt = await plane
        .api()
        .insist('POST', '/v1/audit/rebuild', { body: { reason: 'to see whether they are equal' } });
      expect(rebuilt.status).toBe(200);
      await isWhole(plane.api());
    }
    const { body } = await plane.api().insist('GET', '/v1/releases');
    const listed = (body as unknown as { releases: { id: string; state: string }[] }).releases;
    expect(listed.find(({ id }) => id === release.id)).toMatchObject({ state: 'completed' });
    expect(listed.every(({ state }) => (ENDS as readonly string[]).includes(state))).toBe(true);
  });

  it('end one another when they go by the same name: the newer one stays', async () => {
    const namesake = await plane.add('executor', 'namesake', { INSTANCE: 'executor-2' });
    await namesake.start();
    await plane.replica('executor-2').ended();
    expect(await plane.replica('executor-2').log()).toContain('a newer executor goes by the name executor-2');
    const release = await start(plane.api(), '6', '200ms');
    await release.until('completed', ({ state }) => state === 'completed');
    await wentAsPlanned('6', await release.events());
  });
});

interface Heard {
  readonly types: readonly string[];
  /** The id of the last event that came. */
  readonly last: string | undefined;
}

/** Listens to a release until enough has come. */
async function listen(
  api: Api,
  release: string,
  after: string | undefined,
  isEnough: (types: readonly string[]) => boolean,
): Promise<Heard> {
  const response = await fetch(`${api.url}/v1/releases/${release}/events`, {
    headers: {
      accept: 'text/event-stream',
      authorization: `Bearer ${await api.token('admin')}`,
      ...(after === undefined ? {} : { 'last-event-id': after }),
    },
    signal: AbortSignal.timeout(60_000),
  });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString('utf8');
    const frames = text
      .split('\n\n')
      .slice(0, -1)
      .filter((frame) => frame.includes('\nid:') || frame.startsWith('id:'));
    const types = frames.map(
      (frame) => (JSON.parse(/^data: ?(.*)$/m.exec(frame)?.[1] ?? '{}') as { type: string }).type,
    );
    if (!isEnough(types)) continue;
    return { types, last: /^id: ?(.*)$/m.exec(frames.at(-1) ?? '')?.[1] };
  }
  throw new Error('the stream ended');
}
