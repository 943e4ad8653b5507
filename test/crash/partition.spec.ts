import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ENDS, type ReleaseView } from '#domain';
import { installedProgram, until } from '#testing';
import { releaseDocument } from '../harness/release-document.js';
import { ReleaseInTest } from '../harness/release-in-test.js';
import { CommandLoad } from './partition/command-load.js';
import { keepEvidence } from './partition/evidence.js';
import { LogCheck, notOnce, repeated } from './partition/log-check.js';
import { type Network, Networks } from './partition/networks.js';
import { type PartitionedPlane, startPartitionedPlane } from './partition/partitioned-plane.js';
import { unfit } from './partition/server-version.js';
import { LeaderWatch, TimeLine } from './partition/time-line.js';

/** How long the leader is cut off, and how many of the trials are made. */
const SECONDS = Number(process.env.PARTITION_SECONDS ?? 12);
const TRIALS_MADE = Number(process.env.PARTITION_TRIALS ?? 1);
const START_MS = 120_000;
const END_MS = 180_000;
const PEOPLE = 2;
const ZONES = [
  { name: 'eu-1', units: 6 },
  { name: 'us-1', units: 3 },
  { name: 'us-2', units: 3 },
];
const ROLLOUT = [
  { clusters: ['eu-1'], order: 'serial', batches: [1, '50%', '100%'] },
  { clusters: ['us-1', 'us-2'], order: 'parallel', batches: [1, '100%'] },
];

interface Trial {
  readonly from: string;
  /** What it loses. */
  readonly networks: readonly Network[];
  readonly version: string;
  readonly ends: 'completed' | 'rolled-back';
}

const TRIALS: readonly Trial[] = [
  { from: 'everybody', networks: ['clients', 'servers'], version: '2', ends: 'completed' },
  { from: 'everybody', networks: ['clients', 'servers'], version: '3-bad', ends: 'rolled-back' },
  { from: 'the other servers alone', networks: ['servers'], version: '4', ends: 'completed' },
];

const NAME = 'cutting off the server that leads the log, in the middle of a release';
const missing = Networks.missing() ?? missingServer();
if (missing !== null) process.stderr.write(`SKIPPED: ${NAME}: ${missing}\n`);

(missing === null ? describe : describe.skip)(NAME, () => {
  let running: PartitionedPlane;
  let log: LogCheck;
  const deaths: string[] = [];

  beforeAll(async () => {
    running = await startPartitionedPlane();
    running.plane.on('died', ({ service }: { service: string }) => deaths.push(service));
    await running.fleet.start(ZONES, '1');
    const body = running.fleet.topology('production');
    expect(await running.api.insist('POST', '/v1/topologies', { body })).toMatchObject({ status: 201 });
    log = await LogCheck.open(running.cluster.url);
  }, START_MS);

  afterAll(async () => {
    await log?.close();
    await running?.stop();
  }, START_MS);

  it.each(TRIALS.slice(0, TRIALS_MADE))(
    'from $from, leaves version $version $ends, with nothing lost and nothing done twice',
    async (trial) => {
      const time = new TimeLine();
      const load = new CommandLoad(running.api, loadDocument, PEOPLE);
      try {
        await cutAndCheck(trial, time, load);
      } catch (error) {
        load.abandon();
        // What keeps the evidence from being kept is told, and must not hide what failed.
        const evidence = await keepEvidence(running, time.lines).catch((failure: unknown) => [String(failure)]);
        process.stderr.write(`\n${evidence.join('\n')}\n`);
        throw error;
      }
    },
    SECONDS * 1_000 + END_MS + START_MS,
  );

  async function cutAndCheck(trial: Trial, time: TimeLine, load: CommandLoad): Promise<void> {
    const { api, fleet } = running;
    const versionsBefore = await fleet.versions();
    const release = await startRelease(trial.version);
    const deployed = async () => {
      const runs = (await fleet.runs()).filter(
        ({ version, action }) => version === trial.version && action === 'deploy',
      );
      return runs.map(({ unit }) => unit).toSorted();
    };

    const { known, report } = await cutDuring(release, trial, time, async () => (await deployed()).length >= 2);
    await load.stop();
    process.stderr.write(`\n${[...report, ...load.report].join('\n')}\n`);

    expect((await release.view()).state).toBe(trial.ends);
    expect(deaths).toEqual([]);
    const all = fleet.units.map(({ id }) => id).toSorted();
    if (trial.ends === 'completed') expect(await deployed()).toEqual(all);
    else expect(await fleet.versions()).toEqual(versionsBefore);
    expect(repeated(await deployed())).toEqual([]);
    expect(repeated((await fleet.runs()).map(({ key }) => key))).toEqual([]);

    const events = await log.everything();
    expect(events.slice(0, known.length)).toEqual(known);
    expect(load.acknowledged.length).toBeGreaterThan(PEOPLE);
    expect(notOnce(load.acknowledged, events)).toEqual([]);
    expect(repeated(events.map(({ id }) => id))).toEqual([]);
    expect(await log.unsound(events)).toEqual([]);
    const { body } = await api.insist('GET', '/v1/audit/integrity');
    expect(body).toMatchObject({ ok: true, firstProblem: null, mismatches: [] });
  }

  async function startRelease(version: string): Promise<ReleaseInTest> {
    const { api } = running;
    const spec = { onFailure: 'rollback-release' };
    const body = releaseDocument({ version, topology: 'production', rollout: ROLLOUT, spec });
    const submitted = await api.insist('POST', '/v1/releases', { as: 'author', body });
    expect(submitted).toMatchObject({ status: 201, body: { state: 'ready' } });
    const release = new ReleaseInTest(api, String(submitted.body.id));
    await api.insist('POST', `/v1/releases/${release.id}/start`, { as: 'operator', body: {} });
    return release;
  }

  /** Cuts the leader off when the time has come, heals it, and waits until the release has ended. */
  async function cutDuring(release: ReleaseInTest, trial: Trial, time: TimeLine, hasCome: () => Promise<boolean>) {
    const { cluster, networks, fleet } = running;
    const watch = new LeaderWatch(cluster, networks.hosts);
    const following = new AbortController();
    const told = Promise.all([
      time.follow(() => watch.sentence(), following.signal),
      time.follow(async () => stateOf(await release.view()), following.signal),
    ]);
    // Looked at in the end, however the rest goes.
    told.catch(() => undefined);
    try {
      await until('the release is well under way', hasCome, START_MS);
      const { leader, clients } = await cluster.leaderWithClients();
      const known = await log.everything();
      watch.cutOff = leader;
      await networks.cut(leader, trial.networks);
      time.note(`${leader.name} is cut off from ${trial.from}, and with it ${clients.join(', ')}`);
      if (trial.ends === 'rolled-back') fleet.broken.add(trial.version);
      await sleep(SECONDS * 1_000);
      await networks.heal(leader);
      watch.cutOff = null;
      time.note('healed');
      await until(`${release.id} has ended`, () => hasEnded(release, time), END_MS);
      const leaderless = `nobody led the log for ${watch.leaderlessSeconds.toFixed(1)} s`;
      return { known, report: [`version ${trial.version}`, ...time.lines, leaderless] };
    } finally {
      following.abort();
      await told;
    }
  }

  /** As somebody on call does: looks at why it is held, and lets it go on. */
  async function hasEnded(release: ReleaseInTest, time: TimeLine): Promise<boolean> {
    if (deaths.length > 0) throw new Error(`these have died: ${deaths.join(', ')}`);
    const { state, hold } = await release.view();
    if (state === 'held') {
      time.note(`held (${hold?.cause}): ${hold?.sentence}; resumed`);
      const body = { reason: 'all servers are there again' };
      await running.api.insist('POST', `/v1/releases/${release.id}/resume`, { as: 'operator', body });
    }
    return (ENDS as readonly string[]).includes(state);
  }
});

function missingServer(): string | null {
  const binary = installedProgram('nats-server', 'NATS_SERVER_BIN');
  if (binary === null) return 'there is no nats-server on the PATH';
  return process.env.PARTITION_SECONDS === undefined ? unfit(binary) : null;
}

let submissions = 0;
function loadDocument(): object {
  submissions += 1;
  return releaseDocument({
    version: `load-${submissions}`,
    topology: 'production',
    rollout: ROLLOUT,
    spec: { conflict: 'queue' },
  });
}

function stateOf({ state, batches }: ReleaseView): string {
  const open = batches.filter((batch) => batch.state !== 'pending' && batch.state !== 'passed');
  return [`the release is ${state}`, ...open.map((batch) => `${batch.id} ${batch.state}`)].join(', ');
}
