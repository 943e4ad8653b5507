import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CliResult, sluice } from '../harness/cli.js';
import { releaseDocument } from '../harness/release-document.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';

const ROLLOUT = [{ clusters: ['eu-1'], batches: [1, '100%'] }];
const CONFIRMED = [
  {
    name: 'errors',
    metric: { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total', guard: '2%' },
  },
  { name: 'second-look', confirm: { role: 'operator', people: 1 } },
];

let running: RunningPlane;
let files: string;

beforeAll(async () => {
  running = await startPlane();
  files = join(running.folder, 'files');
  await mkdir(files);
  await running.fleet.start([{ name: 'eu-1', units: 3 }], '1');
  running.fleet.broken.add('bad');
  const topology = await file('topology.json', running.fleet.topology('production'));
  expect(await cli(['apply', '-f', topology], 'admin')).toMatchObject({ code: 0 });
}, 90_000);

afterAll(() => running?.stop(), 30_000);

async function file(name: string, document: unknown): Promise<string> {
  const path = join(files, name);
  await writeFile(path, typeof document === 'string' ? document : JSON.stringify(document));
  return path;
}

async function cli(args: readonly string[], as = 'admin'): Promise<CliResult> {
  return sluice(args, { SLUICE_URL: running.api.url, SLUICE_TOKEN: await running.api.token(as), NO_COLOR: '1' });
}

async function submit(version: string, spec: object = {}): Promise<string> {
  const body = releaseDocument({ version, topology: 'production', rollout: ROLLOUT, spec });
  const answer = await running.api.ask('POST', '/v1/releases', { as: 'author', body });
  expect(answer.status).toBe(201);
  return String(answer.body.id);
}

async function until(
  id: string,
  what: string,
  isSo: (release: Record<string, never>) => boolean,
): Promise<Record<string, never>> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const { body } = await running.api.insist('GET', `/v1/releases/${id}`);
    if (isSo(body)) return body;
    if (Date.now() > deadline) throw new Error(`${id} never came so far that ${what}: ${JSON.stringify(body)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function batchIs(batch: string, state: string) {
  return (release: Record<string, never>) => {
    const batches = release.batches as unknown as { id: string; state: string }[];
    return batches.some((candidate) => candidate.id === batch && candidate.state === state);
  };
}

function post(id: string, command: string, as: string, body: object = {}) {
  return running.api.ask('POST', `/v1/releases/${id}/${command}`, { as, body });
}

describe('a release with a second look', () => {
  it('completes once somebody else has confirmed each batch, and the audit tells the whole story', async () => {
    const id = await submit('2', { validate: CONFIRMED });
    expect(await post(id, 'start', 'operator', { reason: 'off we go' })).toMatchObject({
      status: 200,
      body: { state: 'running' },
    });
    await until(id, 'eu-1.1 is observed', batchIs('eu-1.1', 'observing'));

    const seen = { batch: 'eu-1.1', seen: 'dashboards are flat' };
    expect(await post(id, 'confirmations', 'operator', seen)).toMatchObject({
      status: 403,
      body: { code: 'SELF_CONFIRMATION' },
    });
    expect(await post(id, 'confirmations', 'second-operator', seen)).toMatchObject({ status: 200 });
    await until(id, 'eu-1.2 is observed', batchIs('eu-1.2', 'observing'));

    expect(await cli(['pause', id, '--reason', 'lunch'], 'operator')).toMatchObject({ code: 0 });
    expect(
      await cli(['interval', id, '--batch', 'eu-1.2', '--to', '2s', '--reason', 'look longer'], 'operator'),
    ).toMatchObject({ code: 0 });
    expect(await cli(['confirm', id, '--batch', 'eu-1.2', '--seen', 'still flat'], 'second-operator')).toMatchObject({
      code: 0,
    });
    expect((await until(id, 'it is held', ({ state }) => state === 'held')).hold).toMatchObject({ cause: 'paused' });
    expect(await cli(['resume', id], 'operator')).toMatchObject({ code: 0 });
    expect(await cli(['watch', id, '--json'], 'viewer')).toMatchObject({ code: 0 });

    const story = await cli(['audit', 'release', id, '--json'], 'viewer');
    const text = story.stdout;
    for (const word of [
      'off we go',
      'dashboards are flat',
      'lunch',
      'look longer',
      'second-operator',
      'SELF_CONFIRMATION',
    ]) {
      expect(text).toContain(word);
    }
    expect(new Set(Object.values(await running.fleet.versions()))).toEqual(new Set(['2']));
  }, 90_000);
});

describe('a preview', () => {
  it('is the same by the service as from files, and the same as what was submitted', async () => {
    const body = releaseDocument({ version: '2', topology: 'production', rollout: ROLLOUT });
    const release = await file('preview.json', body);
    const topology = await file('preview-topology.json', running.fleet.topology('production'));
    const at = ['--at', '2026-03-01T12:00:00Z', '--json'];
    const offline = await cli(['plan', '-f', release, '-t', topology, ...at]);
    expect(offline).toMatchObject({ code: 0, stderr: '' });
    expect(await cli(['plan', '-f', release, ...at], 'viewer')).toEqual(offline);

    const id = await submit('2');
    for (const from of [[], ['-t', topology]]) {
      const compared = await cli(['plan', '-f', release, ...from, '--diff', id, '--json'], 'viewer');
      expect(JSON.parse(compared.stdout).diff).toMatchObject({ release: id, same: true, spec: [] });
    }
    expect(await post(id, 'withdraw', 'author')).toMatchObject({ status: 200 });
  }, 30_000);
});

describe('a bad release', () => {
  it('is caught in its first batch and rolled back; watch ends with 3; the audit knows what a unit ran when', async () => {
    const before = new Date().toISOString();
    const id = await submit('bad');
    await post(id, 'start', 'operator');
    expect(await cli(['watch', id], 'viewer')).toMatchObject({ code: 3 });
    const release = await until(id, 'it has ended', ({ state }) => state === 'rolled-back');
    expect(batchIs('eu-1.2', 'pending')(release)).toBe(true);

    const unit = await cli(['audit', 'unit', 'eu-1-a', '--json'], 'viewer');
    const history = JSON.parse(unit.stdout) as { running: object; history: object[] };
    expect(history.running).toMatchObject({ version: '2', how: 'rolled-back', release: id });
    expect(history.history).toContainEqual(
      expect.objectContaining({ version: 'bad', actor: { kind: 'person', id: 'operator' } }),
    );
    const then = await cli(['audit', 'unit', 'eu-1-a', '--at', before, '--json'], 'viewer');
    expect(JSON.parse(then.stdout)).toMatchObject({ running: { version: '2', how: 'deployed' } });
  }, 60_000);
});

describe('rolling back one batch', () => {
  it('puts back that batch alone, holds, and deploys it again when told to go on', async () => {
    const id = await submit('3', { validate: CONFIRMED });
    await post(id, 'start', 'operator');
    await until(id, 'eu-1.1 is observed', batchIs('eu-1.1', 'observing'));
    await post(id, 'confirmations', 'second-operator', { batch: 'eu-1.1', seen: 'fine' });
    await until(id, 'eu-1.2 is observed', batchIs('eu-1.2', 'observing'));

    const back = { batch: 'eu-1.2', reason: 'one of them looks odd' };
    expect(await post(id, 'rollbacks', 'operator', back)).toMatchObject({ status: 200 });
    const held = await until(id, 'it is held', ({ state }) => state === 'held');
    expect(held.hold).toMatchObject({ cause: 'batch-rolled-back', batch: 'eu-1.2' });
    expect(await running.fleet.versions()).toEqual({ 'eu-1-a': '3', 'eu-1-b': '2', 'eu-1-c': '2' });

    expect(await post(id, 'resume', 'operator')).toMatchObject({ status: 200 });
    await until(id, 'eu-1.2 is observed again', batchIs('eu-1.2', 'observing'));
    await post(id, 'confirmations', 'second-operator', { batch: 'eu-1.2', seen: 'fine now' });
    await until(id, 'it is completed', ({ state }) => state === 'completed');

    expect(await cli(['rollback', id, '--reason', 'the tax office called'], 'operator')).toMatchObject({ code: 0 });
    await until(id, 'it is rolled back', ({ state }) => state === 'rolled-back');
    expect(new Set(Object.values(await running.fleet.versions()))).toEqual(new Set(['2']));
  }, 90_000);
});

describe('approvals', () => {
  it('are needed for what breaks a rule, from somebody else, of the level that the policy names', async () => {
    const id = await submit('4', { risk: 'high' });
    expect((await running.api.ask('GET', `/v1/releases/${id}`)).body).toMatchObject({ state: 'escalated' });
    expect(await cli(['start', id], 'operator')).toMatchObject({ code: 2 });
    const approve = (as: string) => cli(['approve', id, '--reason', 'the sale is tomorrow'], as);
    expect(await approve('author')).toMatchObject({ code: 4 });
    expect(await approve('owner')).toMatchObject({ code: 4 });
    expect(await approve('director')).toMatchObject({ code: 0 });
    expect((await running.api.ask('GET', `/v1/releases/${id}`)).body).toMatchObject({ state: 'ready' });

    const own = await running.api.ask('POST', '/v1/releases', {
      as: 'admin',
      body: releaseDocument({ version: '5', topology: 'production', rollout: ROLLOUT, spec: { risk: 'high' } }),
    });
    expect(await cli(['approve', String(own.body.id), '--reason', 'it is mine'], 'admin')).toMatchObject({ code: 4 });
    for (const release of [id, String(own.body.id)])
      await post(release, 'withdraw', 'operator', { reason: 'only a test' });
  }, 40_000);
});

describe('a command that the state does not allow', () => {
  it('is answered with 409, the state and exit code 2, and the refusal is on record', async () => {
    const id = await submit('6');
    const refused = await post(id, 'pause', 'operator', { reason: 'too early' });
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'WRONG_STATE', status: 409, state: { state: 'ready' } },
    });
    expect(await cli(['resume', id], 'operator')).toMatchObject({ code: 2 });
    const story = await until(id, 'the audit has it', () => true).then(async () => {
      const deadline = Date.now() + 10_000;
      for (;;) {
        const { stdout } = await cli(['audit', 'release', id, '--json'], 'viewer');
        if (stdout.includes('CommandRefused') || Date.now() > deadline) return stdout;
      }
    });
    expect(story).toContain('WRONG_STATE');
    await post(id, 'withdraw', 'author', { reason: 'only a test' });
  }, 40_000);

  it('is the same command when it carries the same key, and loses against a newer revision', async () => {
    const id = await submit('7');
    const start = { as: 'operator', body: {}, key: 'start-7' };
    const first = await running.api.ask('POST', `/v1/releases/${id}/start`, start);
    const again = await running.api.ask('POST', `/v1/releases/${id}/start`, start);
    expect(again).toEqual(first);
    const stale = { as: 'operator', body: {}, headers: { 'if-match': '"0"' } };
    expect(await running.api.ask('POST', `/v1/releases/${id}/pause`, stale)).toMatchObject({
      status: 409,
      body: { code: 'REVISION_CONFLICT', state: { id } },
    });
    await until(id, 'it is completed', ({ state }) => state === 'completed');
  }, 40_000);
});

describe('a freeze window', () => {
  const window = (spec: object) => ({
    apiVersion: 'sluice/v1',
    kind: 'FreezeWindow',
    metadata: { name: 'sale' },
    spec: { reason: 'the sale is on', from: '2026-01-01T00:00', duration: '23h', recurrence: 'FREQ=DAILY', ...spec },
  });
  const begun = { from: new Date(Date.now() - 3_600_000).toISOString().slice(0, 19) };

  it('lets an emergency through that was approved, and holds other releases at their gates until it is taken back', async () => {
    const frozen = await file('sale.json', window(begun));
    expect(await cli(['apply', '-f', frozen], 'author')).toMatchObject({ code: 4 });
    expect(await cli(['apply', '-f', frozen], 'admin')).toMatchObject({ code: 0 });
    const { body } = await running.api.ask('GET', '/v1/freeze-windows', { as: 'viewer' });
    expect(body).toMatchObject({ freezeWindows: [{ kind: 'FreezeWindow', name: 'sale', by: 'admin' }] });

    const emergency = await submit('8.1', { emergency: true });
    expect(await cli(['start', emergency], 'operator')).toMatchObject({ code: 2 });
    expect(await cli(['approve', emergency, '--reason', 'the shop is down'], 'director')).toMatchObject({ code: 0 });
    await post(emergency, 'start', 'operator');
    await until(emergency, 'it is completed', ({ state }) => state === 'completed');
    const story = await cli(['audit', 'release', emergency, '--json'], 'viewer');
    expect(story.stdout).toMatch(/goes through freeze sale until .*allowed by director as director/);

    const id = await submit('8.2');
    await post(id, 'start', 'operator');
    await until(id, 'it is held', ({ state }) => state === 'held');
    const shown = await cli(['show', id], 'viewer');
    expect(shown.stdout.replaceAll(/\s+/g, ' ')).toMatch(/freeze sale until .*: the sale is on/);
    expect(await cli(['apply', '-f', await file('sale.json', window({ ...begun, active: false }))])).toMatchObject({
      code: 0,
    });
    await until(id, 'it is completed', ({ state }) => state === 'completed');
  }, 90_000);

  it('that never ends is refused over HTTP with the place of its rule, and is not there afterwards', async () => {
    const endless = { ...window({ duration: '1d' }), metadata: { name: 'endless' } };
    const answer = await running.api.ask('POST', '/v1/freeze-windows', { as: 'admin', body: endless });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'spec.recurrence', message: expect.stringContaining('never ends') }] },
    });
    const { body } = await running.api.ask('GET', '/v1/freeze-windows', { as: 'viewer' });
    expect(body.freezeWindows).toHaveLength(1);
  });
});

describe('bad input', () => {
  const BAD = `apiVersion: sluice/v1
kind: Release
metadata: { name: bad }
spec:
  service: checkout
  version: "2"
  topology: production
  rollout:
    - clusters: [nowhere]
      batches: [50%, 10%]
      colour: blue
  interval: { default: soon }
  reason: to be refused
`;

  it('is answered with every problem at once, with line and column, and exit code 1', async () => {
    const topology = await file('plan-topology.json', running.fleet.topology('production'));
    const planned = await cli(['plan', '-f', await file('bad.yaml', BAD), '-t', topology]);
    expect(planned.code).toBe(1);
    for (const place of [':10:', ':11:', ':12:']) expect(planned.stderr + planned.stdout).toContain(`bad.yaml${place}`);
  });

  it('names a cluster that does not exist, YAML that does not parse, and a unit listed twice', async () => {
    const topology = await file('plan-topology.json', running.fleet.topology('production'));
    const missing = BAD.replace('[50%, 10%]', '[1, 100%]').replace('      colour: blue\n', '').replace('soon', '1m');
    const nowhere = await cli(['plan', '-f', await file('nowhere.yaml', missing), '-t', topology]);
    expect(nowhere).toMatchObject({ code: 1 });
    expect(nowhere.stderr + nowhere.stdout).toMatch(/nowhere\.yaml:9:\d+.*nowhere/s);
    const torn = await cli(['plan', '-f', await file('torn.yaml', 'spec: [1, {'), '-t', topology]);
    expect(torn).toMatchObject({ code: 1 });
    expect(torn.stderr + torn.stdout).toMatch(/torn\.yaml:1:\d+/);
    const twice = running.fleet.topology('twice');
    const [first] = twice.spec.clusters[0]?.units ?? [];
    if (first) twice.spec.clusters[0]?.units.push({ ...first });
    expect(await cli(['apply', '-f', await file('twice.json', twice)])).toMatchObject({ code: 1 });
    const sent = await running.api.ask('POST', '/v1/topologies', { body: twice });
    expect(sent).toMatchObject({
      status: 422,
      body: { errors: [expect.objectContaining({ path: expect.stringContaining('units[3]') })] },
    });
  }, 20_000);

  it('stores nothing', async () => {
    const before = (await running.api.ask('GET', '/v1/events?limit=1000')).body.events as unknown as unknown[];
    const body = releaseDocument({ version: '9', topology: 'nowhere', rollout: ROLLOUT });
    expect(await running.api.ask('POST', '/v1/releases', { as: 'author', body })).toMatchObject({ status: 422 });
    const after = (await running.api.ask('GET', '/v1/events?limit=1000')).body.events as unknown as unknown[];
    expect(after).toHaveLength(before.length);
  });
});

describe('who may do what', () => {
  it('needs a token, and the role', async () => {
    const { url } = running.api;
    expect((await fetch(`${url}/v1/releases`)).status).toBe(401);
    expect((await fetch(`${url}/v1/releases`, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    const body = running.fleet.topology('mine');
    expect(await running.api.ask('POST', '/v1/topologies', { as: 'author', body })).toMatchObject({ status: 403 });
    expect(await cli(['apply', '-f', await file('mine.json', body)], 'viewer')).toMatchObject({ code: 4 });
  });
});

describe('a service that is down', () => {
  it('is answered with 503, a problem document and exit code 5, and nothing is lost', async () => {
    const id = await submit('8');
    await running.plane.stopService('executor');
    const answer = await post(id, 'start', 'operator');
    expect(answer).toMatchObject({
      status: 503,
      body: { status: 503, code: 'SERVICE_UNAVAILABLE', detail: expect.stringContaining('executor') },
    });
    expect(await cli(['start', id], 'operator')).toMatchObject({ code: 5 });
    running.plane.start('executor');
    await running.plane.ready();
    expect(await cli(['start', id], 'operator')).toMatchObject({ code: 0 });
    await until(id, 'it is completed', ({ state }) => state === 'completed');
  }, 90_000);

  it('is exit code 5 when nobody listens at all', async () => {
    expect(await sluice(['list'], { SLUICE_URL: 'http://127.0.0.1:9', SLUICE_TOKEN: 'x' })).toMatchObject({ code: 5 });
  }, 20_000);
});

describe('proof', () => {
  it('verifies the whole log, and rebuilds the read models from zero to the same', async () => {
    const read = async () => (await running.api.ask('GET', '/v1/releases?limit=100')).body;
    const before = await read();
    expect(await cli(['verify'], 'viewer')).toMatchObject({ code: 0 });
    expect(await cli(['audit', 'rebuild'], 'admin')).toMatchObject({ code: 0 });
    expect(await read()).toEqual(before);
    expect(await cli(['verify', '--json'], 'viewer')).toMatchObject({ code: 0 });
  }, 40_000);
});
