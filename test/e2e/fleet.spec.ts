import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DEFAULT_POLICY,
  Environment,
  plan,
  type ReadResult,
  Release,
  readEnvironment,
  readRelease,
  readTopology,
  Topology,
} from '#domain';
import { describeWithHaproxy } from '#testing';
import { BackingServices } from '../../deploy/demo/backing.mjs';
import type { Facts } from '../../deploy/demo/claims.mjs';
import { countCalls } from '../../deploy/demo/closed-loop.mjs';
import { createFleet, type Fleet, type FleetUnit } from '../../deploy/demo/fleet.mjs';
import { Load } from '../../deploy/demo/load.mjs';
import { summarize } from '../../deploy/demo/outcome.mjs';
import { createRouter } from '../../deploy/demo/router.mjs';
import { findHaproxy } from '../../deploy/local/haproxy.mjs';
import { createLog } from '../../deploy/local/log.mjs';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let fleet: Fleet;
let command: string[];

beforeAll(async () => {
  fleet = await createFleet({ folder: emptyFolder(), unitsPerCluster: 1 });
  command = Topology.parse(fleet.documents.topology).spec.drivers?.exec?.deploy ?? [];
  await fleet.start();
});

afterAll(async () => {
  await fleet.stop();
  fleet.remove();
});

describe('the documents of the demo', () => {
  it('say the same as files and as data', () => {
    expect(read(readTopology, fleet.files.topology)).toEqual(Topology.parse(fleet.documents.topology));
    expect(read(readEnvironment, fleet.files.environment)).toEqual(Environment.parse(fleet.documents.environment));
    expect(Object.keys(fleet.files.releases)).toEqual(['2.0.0', '2.1.0', '2.2.0']);
    for (const [version, file] of Object.entries(fleet.files.releases)) {
      expect(read(readRelease, file)).toEqual(Release.parse(fleet.release(version)));
    }
  });

  it('make a plan of staging and nine batches in six waves that nobody has to approve', async () => {
    const whole = await createFleet({ folder: emptyFolder() });
    const topology = Topology.parse(whole.documents.topology);
    const environment = Environment.parse(whole.documents.environment);
    const planned = plan(Release.parse(whole.release('2.0.0')), topology, DEFAULT_POLICY, environment);
    whole.remove();
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    expect(planned.plan).toMatchObject({ findings: [], approval: null });
    expect(planned.plan.staging?.units.map(({ id }) => id)).toEqual(['web-staging-a', 'web-staging-b']);
    expect(planned.plan.batches.map(({ units }) => units.length)).toEqual([1, 3, 4, 1, 1, 3, 3, 4, 4]);
    expect(planned.plan.waves).toHaveLength(6);
  });
});

describeWithHaproxy('a unit of the fleet', () => {
  let backing: BackingServices;
  let router: Awaited<ReturnType<typeof createRouter>>;

  beforeAll(async () => {
    backing = new BackingServices(fleet);
    await backing.start();
    router = await createRouter(await findHaproxy(createLog()), fleet);
    await router.start();
  });

  afterAll(async () => {
    await router.stop();
    await backing.stop();
  });

  it('starts on the first version', async () => {
    expect(Object.values(await fleet.versions())).toEqual(['1.0.0', '1.0.0', '1.0.0']);
    expect(await inspect(unit(0))).toEqual({ version: '1.0.0', healthy: true });
  });

  it('changes its version, alone, while no user sees an error', async () => {
    const load = new Load(router.url, { staging: fleet.stagingUnits.map(({ id }) => id) });
    load.start();
    expect(await run('deploy', unit(0), '2.0.0')).toMatchObject({ code: 0, stderr: '' });
    await until(() => (load.totals().byVersion['2.0.0']?.requests ?? 0) > 10);
    load.stop();

    expect(await fleet.versions()).toEqual({ 'eu-1-a': '2.0.0', 'us-1-a': '1.0.0', 'us-2-a': '1.0.0' });
    expect(await inspect(unit(0))).toEqual({ version: '2.0.0', healthy: true });
    expect(load.totals()).toMatchObject({ failed: 0, bySide: { users: { staging: { requests: 0 } } } });
  });

  it('calls the services behind it on its own side, and hands the tag on', async () => {
    const [staging] = fleet.stagingUnits;
    const headers = { baggage: 'sluice.env=staging', 'x-sluice-env': 'staging' };
    const response = await fetch(`http://${staging?.address}/`, { headers });
    expect(response.headers.get('x-unit')).toBe(staging?.id);
    // Orders and stock were called, and each call was seen by the router and by who took it.
    await until(async () => (await countCalls(fleet)).calls === 4);
    expect(await countCalls(fleet)).toMatchObject({ leaks: 0, damaged: 0 });
  });

  it('is left alone when it is told the same again, and both runs are counted', async () => {
    const before = pid(unit(0));
    expect(await run('deploy', unit(0), '2.0.0')).toMatchObject({ code: 0 });
    expect(pid(unit(0))).toBe(before);
    expect(fleet.deploys()).toMatchObject([
      { unit: 'eu-1-a', action: 'deploy', key: 'a key', from: '1.0.0', to: '2.0.0' },
      { unit: 'eu-1-a', action: 'deploy', key: 'a key', from: '2.0.0', to: '2.0.0' },
    ]);
  });

  it('serves the file that its release expects to read back', async () => {
    const release = Release.parse(fleet.release('2.0.0'));
    const expected = release.spec.validate.find(({ file }) => file)?.file;
    const response = await fetch(`http://${unit(0).address}${expected?.path}`);
    const digest = createHash('sha256').update(Buffer.from(await response.arrayBuffer()));
    expect(digest.digest('hex')).toBe(expected?.sha256);
  });

  it('counts its requests and logs its orders, the log from any byte on', async () => {
    const { address } = unit(1);
    await (await fetch(`http://${address}/`)).text();
    const metrics = await (await fetch(`http://${address}/metrics`)).text();
    expect(metrics).toMatch(/^http_requests_total\{code="200"\} [1-9]\d*$/m);

    const read = async () => (await fetch(`http://${address}/logs/orders.log`)).text();
    let log = '';
    // What the load of before still has under way is logged when it ends, in any order.
    await until(async () => {
      const earlier = log;
      log = await read();
      if (log === earlier) return true;
      await sleep(500);
      return false;
    });
    expect(log).toMatch(/^(\S+Z order placed us-1-a-\d+\n)+$/);
    expect(log).toContain(' order placed us-1-a-1\n');
    const rest = await fetch(`http://${address}/logs/orders.log`, { headers: { range: 'bytes=5-' } });
    expect([rest.status, await rest.text()]).toEqual([206, log.slice(5)]);
    const nothing = await fetch(`http://${address}/logs/orders.log`, { headers: { range: `bytes=${log.length}-` } });
    expect(nothing.status).toBe(416);
  });

  it('answers with errors on the bad version, again and again in the same places', async () => {
    const errorsOf = async () => {
      expect(await run('deploy', unit(2), '2.1.0')).toMatchObject({ code: 0 });
      const codes = [];
      for (let i = 0; i < 100; i++) codes.push((await fetch(`http://${unit(2).address}/`)).status);
      expect(await run('rollback', unit(2), '1.0.0')).toMatchObject({ code: 0 });
      return codes.flatMap((code, i) => (code === 500 ? [i] : []));
    };
    const errors = await errorsOf();
    expect(errors.length).toBeGreaterThan(3);
    expect(await errorsOf()).toEqual(errors);
  });

  it('answers with errors on the version that is bad where prices are in euros, and only there', async () => {
    for (const [target, isBad] of [
      [unit(0), true],
      [unit(2), false],
    ] as const) {
      expect(await run('deploy', target, '2.2.0')).toMatchObject({ code: 0 });
      const codes = [];
      for (let i = 0; i < 30; i++) codes.push((await fetch(`http://${target.address}/`)).status);
      expect(codes.includes(500)).toBe(isBad);
      expect(await run('rollback', target, target === unit(0) ? '2.0.0' : '1.0.0')).toMatchObject({ code: 0 });
    }
  });

  it('runs nothing after it was killed, and comes back with the next deploy', async () => {
    process.kill(pid(unit(2)), 'SIGKILL');
    await until(async () => (await inspect(unit(2))).version === null);
    expect(await inspect(unit(2))).toEqual({ version: null, healthy: false });
    expect(await run('deploy', unit(2), '2.0.0')).toMatchObject({ code: 0 });
    expect(await inspect(unit(2))).toEqual({ version: '2.0.0', healthy: true });
  });

  it('goes back to nothing', async () => {
    expect(await run('rollback', unit(2), '')).toMatchObject({ code: 0 });
    expect(await inspect(unit(2))).toEqual({ version: null, healthy: false });
  });
});

describe('the command that the exec driver runs', () => {
  it('says what cannot be done, for good', async () => {
    expect(await run('deploy', unit(1), '9.9.9')).toMatchObject({ code: 65, stderr: 'there is no release 9.9.9\n' });
    expect(await run('dance', unit(1), '1.0.0')).toMatchObject({ code: 64 });
    expect((await fleet.versions())['us-1-a']).toBe('1.0.0');
  });

  it('says that it may be tried again when the fleet is being stopped', async () => {
    await fleet.stop();
    expect(await run('deploy', unit(1), '2.0.0')).toMatchObject({ code: 75 });
    expect(Object.values(await fleet.versions())).toEqual([null, null, null]);
    expect(existsSync(pidFile(unit(1)))).toBe(false);
  });
});

describe('what the demo claims in the end', () => {
  const batch = (id: string, state: string, units: string[]) => ({
    id,
    wave: 1,
    cluster: id,
    units,
    state,
    verdicts: [],
  });
  const release = (version: string, state: string, staging: string, batches: ReturnType<typeof batch>[]) => ({
    id: version,
    name: version,
    version,
    state,
    staging: {
      ...batch('staging', staging, ['s']),
      traffic: { now: { internal: '0%', production: '0%' }, shiftingTo: null, error: null },
      probe: null,
    },
    batches,
  });
  const deploy = (of: string, action: string, from: string, to: string) => ({
    unit: of,
    at: '',
    action,
    key: null,
    from,
    to,
  });
  const counts = (requests: number, failed: number) => ({ requests, failed });
  const facts: Facts = {
    good: release('2', 'completed', 'passed', [batch('x.1', 'passed', ['a']), batch('x.2', 'passed', ['b'])]),
    bad: release('3', 'rolled-back', 'rolled-back', [batch('x.1', 'pending', ['a']), batch('x.2', 'pending', ['b'])]),
    worse: release('4', 'rolled-back', 'rolled-back', [
      batch('x.1', 'rolled-back', ['a']),
      batch('x.2', 'pending', ['b']),
    ]),
    stagingPassed: [true, false, true],
    fleet: { a: '2', b: '2' },
    staging: { s: '2' },
    deploys: [
      ...['s', 'a', 'b'].map((of) => deploy(of, 'deploy', '1', '2')),
      deploy('s', 'deploy', '2', '3'),
      deploy('s', 'rollback', '3', '2'),
      ...['s', 'a'].map((of) => deploy(of, 'deploy', '2', '4')),
      ...['s', 'a'].map((of) => deploy(of, 'rollback', '4', '2')),
    ],
    calls: { calls: 10, leaks: 0, damaged: 0 },
    integrity: { ok: true, streams: 2, events: 40 },
    totals: {
      requests: 100,
      failed: 5,
      byVersion: { 2: counts(80, 0), 3: counts(10, 2), 4: counts(10, 3) },
      bySide: {
        users: { production: counts(60, 3), staging: counts(5, 1) },
        internal: { production: counts(20, 0), staging: counts(15, 1) },
      },
    },
    executorKilled: true,
    seconds: 60,
  };

  it('holds when everything was done once and undone once', () => {
    expect(summarize(facts)).toMatchObject({ ok: true, integrity: 'ok', events: 40, requests: 100, failedRequests: 5 });
    expect(summarize(facts).releases).toMatchObject([
      { rolledBackUnits: 0, staging: 'passed' },
      { rolledBackUnits: 0, deployedBatches: 0, rolledBackStagingUnits: 1, staging: 'stopped' },
      { rolledBackUnits: 1, deployedBatches: 1, rolledBackStagingUnits: 1, staging: 'passed' },
    ]);
  });

  it.each<[string, Partial<Facts>]>([
    ['the good release did not complete', { good: { ...facts.good, state: 'held' } }],
    ['the bad release completed', { bad: { ...facts.bad, state: 'completed' } }],
    ['the bad release passed staging', { stagingPassed: [true, true, true] }],
    ['a batch of the bad release was begun in production', { bad: { ...facts.bad, batches: facts.worse.batches } }],
    ['a unit of production ran the bad version', { deploys: [...facts.deploys, deploy('b', 'deploy', '2', '3')] }],
    ['the worse release was stopped in staging', { stagingPassed: [true, false, false] }],
    [
      'a second batch of the worse release was begun',
      { worse: { ...facts.worse, batches: facts.good.batches.concat(facts.worse.batches) } },
    ],
    ['a unit outside the first batch was reached', { deploys: [...facts.deploys, deploy('b', 'deploy', '2', '4')] }],
    ['a unit was deployed twice', { deploys: [...facts.deploys, deploy('b', 'deploy', '1', '2')] }],
    ['a unit was never deployed', { deploys: facts.deploys.filter(({ unit }) => unit !== 'b') }],
    ['a unit was rolled back twice', { deploys: [...facts.deploys, deploy('a', 'rollback', '3', '2')] }],
    ['a unit serves another version', { fleet: { a: '2', b: '1' } }],
    ['a unit serves nothing', { fleet: { a: '2', b: null } }],
    ['a unit of staging serves another version', { staging: { s: '4' } }],
    ['a request failed that no bad version answered', { totals: { ...facts.totals, failed: 6 } }],
    ['the bad version answered a user of production', { totals: { ...facts.totals, bySide: swapped(facts.totals) } }],
    ['a call got out of staging', { calls: { ...facts.calls, leaks: 1 } }],
    ['no call of staging was seen', { calls: { ...facts.calls, calls: 0 } }],
    ['the executor was never killed', { executorKilled: false }],
    ['the log is broken', { integrity: { ok: false, streams: 2, events: 40 } }],
  ])('does not hold when %s', (_name, changed) => {
    expect(summarize({ ...facts, ...changed }).ok).toBe(false);
  });
});

function swapped({ bySide: { users, internal } }: Facts['totals']): Facts['totals']['bySide'] {
  return { users: { production: users.staging, staging: users.production }, internal };
}

function unit(index: number): FleetUnit {
  const found = fleet.units[index];
  if (!found) throw new Error(`the fleet has no unit ${index}`);
  return found;
}

async function inspect(target: FleetUnit): Promise<{ version: string | null; healthy: boolean }> {
  const { code, stdout } = await run('inspect', target, '');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

async function run(action: string, { id, address }: FleetUnit, version: string): Promise<Ended> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: {
      PATH: process.env.PATH,
      SLUICE_ACTION: action,
      SLUICE_UNIT: id,
      SLUICE_ADDRESS: address,
      SLUICE_VERSION: version,
      SLUICE_KEY: 'a key',
    },
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

function pidFile({ id }: FleetUnit): string {
  return join(fleet.folder, 'units', id, 'unit.pid');
}

function pid(target: FleetUnit): number {
  return Number.parseInt(readFileSync(pidFile(target), 'utf8'), 10);
}

function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sluice-fleet-'));
}

function read<T>(reader: (text: string, source: string) => ReadResult<T>, file: string): T {
  const result = reader(readFileSync(file, 'utf8'), file);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not happen within 15 s');
    await sleep(20);
  }
}
