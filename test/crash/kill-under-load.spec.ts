import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#event-store';
import { describeWithPostgres, FileFleet, type NatsServer, PostgresServer, startNats, until } from '#testing';
import { createPlane, type Plane } from '../../deploy/local/plane.mjs';
import { Api } from '../harness/api.js';
import { seededRandom } from '../harness/random.js';
import { Client } from './under-load/client.js';
import { Commander } from './under-load/commander.js';
import { type Discrepancies, discrepancies } from './under-load/effects.js';
import { FeedFollower } from './under-load/feed-follower.js';
import { deploysOf, repeated, underWay, versionsBy } from './under-load/fleet-against-log.js';
import { type Kill, killAll } from './under-load/kill-all.js';
import { Ledger } from './under-load/ledger.js';
import { disorderIn, endsIn, readLog } from './under-load/log.js';
import { dumpReadModels } from './under-load/read-models.js';
import { reportOf } from './under-load/report.js';
import { StandingRelease } from './under-load/standing-release.js';
import { victimsOf } from './under-load/victims.js';

/** How often each of the seven is killed, and the moments. `npm run long -- kills` sets the first. */
const ROUNDS = Number(process.env.CRASH_KILLS ?? 1);
const SEED = Number(process.env.CRASH_SEED ?? 20_260_303);
const CLIENTS = 4;
const UNITS_EACH = 3;
const START_MS = 90_000;
const LOAD_MS = 120_000 + ROUNDS * 90_000;

describeWithPostgres('killing everything in turn, with SIGKILL, under a load of commands', () => {
  const ledger = new Ledger();
  let folder: string;
  let nats: NatsServer;
  let postgres: PostgresServer;
  let plane: Plane;
  let fleet: FileFleet;
  let api: Api;
  let follower: FeedFollower;
  let kills: Kill[] = [];
  let log: RecordedEvent[];
  let found: Discrepancies;
  const deaths: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-kills-'));
    [nats, postgres] = await Promise.all([startNats(), PostgresServer.start()]);
    const env = { ...process.env, DATABASE_URL: postgres.url };
    plane = await createPlane({ data: join(folder, 'data'), natsUrl: nats.url, env });
    plane.on('died', ({ service, signal, code }) => {
      if (signal !== 'SIGKILL') deaths.push(`${service} ended by itself, with ${code ?? signal}`);
    });
    fleet = new FileFleet(join(folder, 'fleet'), 0.1);
    const zones = Array.from({ length: CLIENTS + 1 }, (_, i) => ({ name: `zone-${i}`, units: UNITS_EACH }));
    await fleet.start(zones, 'before');
    plane.start();
    await plane.ready();
    api = new Api(plane.url, join(folder, 'data'));
    follower = new FeedFollower(api);
    const registered = await api.insist('POST', '/v1/topologies', { body: fleet.topology('production') });
    expect(registered.status).toBe(201);
  }, START_MS);

  afterAll(async () => {
    await follower?.stop();
    await plane?.stop();
    await fleet?.stop();
    await Promise.all([nats?.stop(), postgres?.stop()]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }, 60_000);

  it(
    'gives a definite answer to every command in the end',
    async () => {
      say(`seed ${SEED}, ${ROUNDS} rounds`);
      const commander = new Commander(api, ledger);
      const standing = await StandingRelease.start(commander, 'zone-0');
      let isOver = false;
      const clients = Array.from({ length: CLIENTS }, (_, i) => {
        return new Client(commander, `zone-${i + 1}`, seededRandom(SEED + i)).work(() => isOver);
      });
      const killing = killAll(victimsOf(plane, nats, postgres), standing, {
        rounds: ROUNDS,
        random: seededRandom(SEED),
        onKill: ({ victim, recoveryMs }) => {
          say(`${victim} is back after ${Math.round(recoveryMs)} ms; ${ledger.acknowledged.length} acknowledged`);
        },
      }).finally(() => {
        isOver = true;
      });
      [kills] = await Promise.all([killing, ...clients]);
      await standing.end();
      await until('the log says what became of every unit', async () => underWay(await readLog(nats.url)).length === 0);
      log = await readLog(nats.url);
      found = discrepancies(log, ledger);
      say(reportOf({ kills, ledger, log, found }));
      expect(kills).toHaveLength(7 * ROUNDS);
      expect(ledger.improper).toEqual([]);
      expect(deaths).toEqual([]);
    },
    LOAD_MS,
  );

  it('has sent commands while something was dead, and was refused some', () => {
    expect(ledger.retried).toBeGreaterThan(0);
    expect(ledger.refused.length).toBeGreaterThan(0);
    expect(new Set(ledger.acknowledged.map(({ what }) => what)).size).toBeGreaterThan(6);
  });

  it('loses no command that was acknowledged, and no refusal', () => {
    expect(found.lost).toEqual([]);
  });

  it('lets no command take effect twice, or without having been given', () => {
    expect(found.wrong).toEqual([]);
    expect(found.unasked).toEqual([]);
  });

  it('keeps every event in order: places, revisions, hashes, and commands one after another', () => {
    expect(disorderIn(log)).toEqual([]);
    expect(found.overtaken).toEqual([]);
  });

  it('shows every event once and in order to who follows the feed and comes back', async () => {
    const shown = log.filter(({ stream }) => !stream.startsWith('observation-')).map(({ position }) => position);
    await until('the last event is shown', () => (follower.positions.at(-1) ?? -1) >= (shown.at(-1) ?? 0));
    expect(follower.positions).toEqual(shown);
    expect(follower.connections).toBeGreaterThan(1);
  });

  it('brings every release to an end', () => {
    const ends = endsIn(log);
    expect(ledger.releases.filter((release) => !ends.get(release))).toEqual([]);
    expect([...ends.keys()].sort()).toEqual([...new Set(ledger.releases)].sort());
    expect([...ends.values()].filter((end) => end === 'completed').length).toBeGreaterThanOrEqual(CLIENTS);
  });

  it('deploys each unit of a good release exactly once, and no unit twice', async () => {
    const runs = await fleet.runs();
    for (const { stream, type } of log) {
      if (type !== 'ReleaseCompleted.v1') continue;
      const { version, batches } = await new Commander(api, ledger).view(stream.slice('release-'.length));
      const units = batches.flatMap(({ units }) => units);
      expect(units).toHaveLength(UNITS_EACH);
      expect(deploysOf(runs, version)).toEqual(Object.fromEntries(units.map((unit) => [unit, 1])));
    }
    expect(repeated(runs)).toEqual([]);
  });

  it('leaves every unit where the log says it is', async () => {
    expect(await fleet.versions()).toMatchObject(versionsBy(log));
  });

  it('finds the log whole, and read models that equal those made anew from it', async () => {
    const { body } = await api.insist('GET', '/v1/audit/integrity');
    expect(body).toMatchObject({ ok: true, events: log.length, firstProblem: null, mismatches: [] });
    const before = await dumpReadModels(postgres.url);
    expect(before.release_summary).toHaveLength(ledger.releases.length);
    const rebuilt = await api.ask('POST', '/v1/audit/rebuild', { body: { reason: 'to compare' } });
    expect(rebuilt.status).toBe(200);
    expect(await dumpReadModels(postgres.url)).toEqual(before);
  });
});

/** Of a long run, what it does; the short one is quiet. */
function say(text: string): void {
  if (process.env.CRASH_KILLS !== undefined) process.stderr.write(`${text}\n`);
}
