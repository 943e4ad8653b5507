import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CliResult, sluice } from '../harness/cli.js';
import { releaseDocument } from '../harness/release-document.js';
import { ReleaseInTest } from '../harness/release-in-test.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';

const apiVersion = 'sluice/v1';
const ROLLOUT = [{ clusters: ['eu-1'], batches: [1, '100%'] }];
const US = [{ clusters: ['us-1'], batches: [1, '100%'] }];

let running: RunningPlane;
let files: string;

beforeAll(async () => {
  running = await startPlane();
  files = join(running.folder, 'files');
  await mkdir(files);
  await running.fleet.start(
    [
      { name: 'eu-1', units: 3 },
      { name: 'us-1', units: 2 },
    ],
    '1',
  );
  expect(await apply('topology.json', running.fleet.topology('production'))).toMatchObject({ code: 0 });
}, 90_000);

afterAll(() => running?.stop(), 30_000);

async function file(name: string, document: unknown): Promise<string> {
  const path = join(files, name);
  await writeFile(path, JSON.stringify(document));
  return path;
}

async function cli(args: readonly string[], as = 'admin'): Promise<CliResult> {
  return sluice(args, { SLUICE_URL: running.api.url, SLUICE_TOKEN: await running.api.token(as), NO_COLOR: '1' });
}

async function apply(name: string, document: unknown): Promise<CliResult> {
  return cli(['apply', '-f', await file(name, document)]);
}

function document(version: string, spec: object = {}, rollout: readonly object[] = ROLLOUT): object {
  return releaseDocument({ version, topology: 'production', rollout, spec });
}

async function submit(
  version: string,
  spec: object = {},
  rollout: readonly object[] = ROLLOUT,
): Promise<ReleaseInTest> {
  const answer = await running.api.ask('POST', '/v1/releases', {
    as: 'author',
    body: document(version, spec, rollout),
  });
  expect(answer).toMatchObject({ status: 201 });
  return new ReleaseInTest(running.api, String(answer.body.id));
}

function post({ id }: ReleaseInTest, command: string, as: string, body: object = {}) {
  return running.api.ask('POST', `/v1/releases/${id}/${command}`, { as, body });
}

const isDone = ({ state }: { state: string }) => state === 'completed';

describe('a policy', () => {
  const policy = (spec: object) => ({ apiVersion, kind: 'Policy', metadata: { name: 'strict' }, spec });

  it('that cannot be kept is refused with every problem at once, and nothing is stored', async () => {
    const wrong = policy({
      rules: [
        { id: 'ORG-1', when: 'plan.bathces.size() > 3', message: 'too many' },
        { id: 'ORG-1', when: 'plan.units >', message: 'no' },
      ],
      people: { core: 3 },
      holders: { owner: ['owner'], director: ['director'] },
    });
    const { code, stderr } = await apply('wrong.json', wrong);
    expect(code).toBe(1);
    for (const place of ['spec.rules[0].when', 'spec.rules[1].when', 'spec.rules[1].id', 'spec.people.core'])
      expect(stderr).toContain(place);
    expect((await cli(['policy', 'list', '--json'])).stdout).not.toContain('ORG-1');
  });
});

describe('two releases of the same units', () => {
  it('run one after the other where the second asks to be queued, and are refused where it does not', async () => {
    const first = await submit('20', { interval: { default: '3s' } });
    const queued = await submit('21', { conflict: 'queue' });
    const refused = await submit('22');
    expect(await post(first, 'start', 'operator')).toMatchObject({ status: 200 });
    expect(await post(refused, 'start', 'operator')).toMatchObject({ status: 409, body: { code: 'UNITS_TAKEN' } });
    const late = await running.api.ask('POST', '/v1/releases', { as: 'author', body: document('23') });
    expect(late).toMatchObject({ status: 409, body: { code: 'UNITS_TAKEN' } });
    expect(await post(queued, 'start', 'operator')).toMatchObject({ status: 200 });
    const waiting = await queued.until('queued', ({ hold }) => hold?.cause === 'queued');
    expect(waiting.hold?.sentence).toContain(first.id);
    await first.until('completed', isDone);
    await queued.until('completed', isDone);
    const versions = new Set(
      Object.entries(await running.fleet.versions()).flatMap(([unit, version]) =>
        unit.startsWith('eu-1') ? [version] : [],
      ),
    );
    expect(versions).toEqual(new Set(['21']));
  }, 120_000);
});

describe('a freeze', () => {
  const freeze = (spec: object) => ({
    apiVersion,
    kind: 'FreezeWindow',
    metadata: { name: 'sale' },
    spec: { reason: 'the sale', from: '2026-01-01T00:00', duration: '1h', scope: { clusters: ['us-1'] }, ...spec },
  });

  it('holds a release at the edge while it runs, lets an emergency through, and the others go on', async () => {
    const today = new Date(Date.now() - 3_600_000).toISOString().slice(0, 16);
    const release = await submit('30', { interval: { default: '4s' } }, US);
    expect(await post(release, 'start', 'operator')).toMatchObject({ status: 200 });
    await release.until('observing', ({ batches }) => batches[0]?.state === 'observing');
    expect(await apply('freeze.json', freeze({ from: today, duration: '12h' }))).toMatchObject({ code: 0 });
    const held = await release.until('frozen', ({ hold }) => hold?.cause === 'freeze');
    expect(held).toMatchObject({
      hold: { sentence: expect.stringContaining('the sale') },
      batches: [{ state: 'passed' }, { state: 'pending' }],
    });

    // Elsewhere nothing is frozen.
    const elsewhere = await submit('31');
    expect(await post(elsewhere, 'start', 'operator')).toMatchObject({ status: 200 });
    await elsewhere.until('completed', isDone);

    expect(await apply('freeze.json', freeze({ from: today, duration: '12h', active: false }))).toMatchObject({
      code: 0,
    });
    await release.until('completed', isDone);

    expect(await apply('freeze.json', freeze({ from: today, duration: '12h' }))).toMatchObject({ code: 0 });
    const urgent = await submit('32', { emergency: true }, US);
    expect(await urgent.view()).toMatchObject({
      state: 'escalated',
      plan: { approval: { because: ['FRZ-1'], level: 'director' } },
    });
    expect(await post(urgent, 'approvals', 'director', { reason: 'payments are down' })).toMatchObject({ status: 200 });
    expect(await post(urgent, 'start', 'operator')).toMatchObject({ status: 200 });
    await urgent.until('completed', isDone);
  }, 120_000);

  it('that never ends, or never comes, is refused where it says so', async () => {
    const { code, stderr } = await apply(
      'never.json',
      freeze({ recurrence: 'FREQ=DAILY', duration: '25h', timeZone: 'Europe/Berln' }),
    );
    expect(code).toBe(1);
    expect(stderr).toContain('spec.timeZone');
    const endless = await apply('endless.json', freeze({ recurrence: 'FREQ=DAILY', duration: '25h' }));
    expect(endless).toMatchObject({ code: 1, stderr: expect.stringMatching(/spec\.(duration|recurrence)/) });
  });
});

describe('a topology that changes while a release runs', () => {
  it('holds it, is on record, and lets a person go on', async () => {
    const release = await submit('40', { interval: { default: '4s' } });
    expect(await post(release, 'start', 'operator')).toMatchObject({ status: 200 });
    await release.until('observing', ({ batches }) => batches[0]?.state === 'observing');
    const topology = running.fleet.topology('production') as {
      spec: { clusters: { name: string; units: { id: string }[] }[] };
    };
    const changed = structuredClone(topology);
    const cluster = changed.spec.clusters.find(({ name }) => name === 'eu-1');
    cluster?.units.push({ ...(cluster.units[0] as { id: string }), id: 'eu-1-new' });
    expect(await apply('topology.json', changed)).toMatchObject({ code: 0 });
    await release.until('held', ({ hold }) => hold?.cause === 'drift');
    expect(await cli(['resume', release.id, '--reason', 'it comes with the next release'], 'operator')).toMatchObject({
      code: 0,
    });
    await release.until('completed', isDone);
    expect((await cli(['audit', 'release', release.id])).stdout).toContain('eu-1-new');
    expect(await apply('topology.json', topology)).toMatchObject({ code: 0 });
  }, 90_000);
});
