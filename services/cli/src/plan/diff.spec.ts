import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReleaseView } from '#domain';
import { as, call } from '../spec-support/call.js';
import { RELEASE, releaseWith, TOPOLOGY, topologyOf } from '../spec-support/documents.js';
import { Folder } from '../spec-support/folder.js';
import { Gateway } from '../spec-support/gateway.js';
import { preview, submittedView } from '../spec-support/planner.js';
import { ID } from '../spec-support/release.js';

let folder: Folder;
let gateway: Gateway;
let env: Record<string, string>;
let out: ReleaseView;
let topology: string;
beforeAll(async () => {
  folder = await Folder.make();
  topology = await folder.write('topology.yaml', TOPOLOGY);
  out = await submittedView(RELEASE, TOPOLOGY);
});
afterAll(() => folder.remove());
beforeEach(async () => {
  gateway = await Gateway.start();
  gateway.on(`GET /v1/releases/${ID}`, { body: out });
  env = { ...as('viewer', gateway.url), NO_COLOR: '1' };
});
afterEach(() => gateway.stop());

/** What is told below the plan of a release. */
async function difference(release: string, of = topology): Promise<{ exit: number; lines: string[] }> {
  const file = await folder.write('release.yaml', release);
  const called = await call(['plan', '-f', file, '-t', of, '--diff', ID], { env });
  expect(called.err).toBe('');
  const lines = called.out.trimEnd().split('\n');
  return { exit: called.exit, lines: lines.slice(lines.findIndex((line) => line.startsWith('compared with'))) };
}

describe('a plan compared with a release that is out', () => {
  it('is the same when nothing differs', async () => {
    expect(await difference(RELEASE)).toEqual({
      exit: 0,
      lines: [`compared with ${ID}, which is ready`, `  the same plan, digest ${out.plan?.digest.slice(0, 12)}`],
    });
  });

  it('tells each thing that differs, in plain words: exit code 2 for findings that block', async () => {
    const changed = releaseWith('version: "2.4.0"', 'version: "2.4.1"')
      .replace('risk: standard', 'risk: high')
      .replace('[1, 100%]', '[1, 50%, 100%]')
      .replace('default: 10m', 'default: 5m');
    const { exit, lines } = await difference(changed);
    expect(exit).toBe(2);
    expect(lines).toEqual([
      `compared with ${ID}, which is ready`,
      '  spec.version                2.4.0 → 2.4.1',
      '  spec.risk                   standard → high',
      '  spec.rollout[0].batches[1]  100% → 50%',
      '  spec.rollout[0].batches[2]  nothing → 100%',
      '  spec.interval.default       10m → 5m',
      '  eu-1.2       interval 10m → 5m; 2 units less: eu-1-c eu-1-d',
      '  eu-1.3       is new',
      '  us-1.1       wave 3 → 4; interval 10m → 5m',
      '  us-2.1       wave 3 → 4; interval 10m → 5m',
      '  us-1.2       wave 4 → 5; interval 10m → 5m',
      '  us-2.2       wave 4 → 5; interval 10m → 5m',
      '  duration     50m → 40m',
      '  observation  50m → 40m',
      '  new INT-2    blocks: runs for 40m in all, high risk asks for at least 1h',
      '  approval     nobody has to approve → director has to approve an exception: INT-2 blocks',
    ]);
  });

  it('tells units that came and went with the topology', async () => {
    const other = await folder.write(
      'other.yaml',
      TOPOLOGY.replace('{ id: us-2-b }', '{ id: us-2-c }, { id: us-2-d }'),
    );
    const { lines } = await difference(RELEASE, other);
    expect(lines.slice(1)).toEqual([
      '  units   2 units more: us-2-c us-2-d; 1 unit less: us-2-b',
      '  us-2.2  2 units more: us-2-c us-2-d; 1 unit less: us-2-b',
    ]);
  });

  it('tells findings and batches that are gone', async () => {
    const worse = releaseWith('risk: standard', 'risk: high');
    gateway.on(`GET /v1/releases/${ID}`, { body: await submittedView(worse, TOPOLOGY) });
    const { exit, lines } = await difference(
      RELEASE.replace('[1, 100%]\n    - clusters: {', '[100%]\n    - clusters: {'),
    );
    expect(exit).toBe(2);
    expect(lines[0]).toBe(`compared with ${ID}, which is escalated`);
    expect(lines).toContain('  eu-1.2       is gone');
    expect(lines).toContain('  gone INT-2   blocks: runs for 50m in all, high risk asks for at least 1h');
  });

  it('tells an interval that was changed since', async () => {
    const batches = out.batches.map((batch) => (batch.id === 'us-1.1' ? { ...batch, interval: '30m' } : batch));
    gateway.on(`GET /v1/releases/${ID}`, { body: { ...out, state: 'running', batches } });
    expect((await difference(RELEASE)).lines).toEqual([
      `compared with ${ID}, which is running`,
      '  us-1.1  interval 30m → 10m',
    ]);
  });

  it('does not claim to be the same when only the digest tells them apart', async () => {
    const moved = await folder.write('moved.yaml', TOPOLOGY.replace('/opt/deploy', '/opt/other'));
    expect((await difference(RELEASE, moved)).lines.slice(1)).toEqual([
      '  nothing that is shown differs, but it is not the same plan: drivers, addresses or labels may do',
    ]);
  });

  it('is compared with what a service says that does not tell all that was submitted', async () => {
    const { spec: _, ...older } = out;
    gateway.on(`GET /v1/releases/${ID}`, { body: older });
    expect((await difference(releaseWith('version: "2.4.0"', 'version: "2.4.1"'))).lines.slice(1)).toEqual([
      '  spec.version  2.4.0 → 2.4.1',
    ]);
  });

  it('that is not planned yet is compared by what it says alone', async () => {
    const { plan: _, ...unplanned } = out;
    gateway.on(`GET /v1/releases/${ID}`, { body: { ...unplanned, state: 'submitted', batches: [] } });
    expect((await difference(releaseWith('version: "2.4.0"', 'version: "2.4.1"'))).lines).toEqual([
      `compared with ${ID}, which is submitted`,
      '  it is not planned yet, so only what it says is compared',
      '  spec.version  2.4.0 → 2.4.1',
    ]);
  });

  it('has all of it in JSON', async () => {
    const file = await folder.write('release.yaml', releaseWith('default: 10m', 'default: 20m'));
    const called = await call(['plan', '-f', file, '-t', topology, '--diff', ID, '--json'], { env });
    const { diff } = JSON.parse(called.out);
    expect(diff).toMatchObject({
      release: ID,
      state: 'ready',
      same: false,
      digest: { before: out.plan?.digest, after: expect.stringMatching(/^[0-9a-f]{64}$/) },
      spec: [{ path: 'spec.interval.default', before: '10m', after: '20m' }],
      units: { added: [], removed: [] },
      duration: { before: '50m', after: '1h20m' },
      findings: { added: [], removed: [] },
      approval: null,
    });
    expect(diff.batches[0]).toEqual({ id: 'eu-1.2', change: 'changed', interval: { before: '10m', after: '20m' } });
  });

  it('may be the plan of the service, which knows its digest', async () => {
    gateway.on('POST /v1/plans', { body: preview(RELEASE, TOPOLOGY) });
    const file = await folder.write('release.yaml', RELEASE);
    const called = await call(['plan', '-f', file, '--diff', ID, '--json'], { env });
    expect(JSON.parse(called.out).diff).toMatchObject({ same: true, spec: [], batches: [] });
  });

  it('loses the middle of many changes on a terminal', async () => {
    const many = await folder.write('many.yaml', topologyOf(30));
    const file = await folder.write(
      'release.yaml',
      releaseWith('[eu-1]', '[zone-1]').replace('in: us', 'labels: { role: usual }'),
    );
    const terminal = { columns: 80, rows: 24 };
    const called = await call(['plan', '-f', file, '-t', many, '--diff', ID], { env, terminal });
    const lines = called.out.slice(called.out.indexOf('compared with')).trimEnd().split('\n');
    expect(lines.length).toBeLessThan(40);
    expect(lines).toContain('  … 46 more');
    expect(lines.every((line) => line.length <= 80)).toBe(true);
  });

  it('is not there without the release: exit code 1, without who asks: 4, without the service: 5', async () => {
    const file = await folder.write('release.yaml', RELEASE);
    const plan = ['plan', '-f', file, '-t', topology, '--diff'];
    const { exit, out: nothing, err } = await call([...plan, 'other'], { env });
    expect({ exit, nothing }).toEqual({ exit: 1, nothing: '' });
    expect(err).toContain('not found');
    expect((await call([...plan, ID])).exit).toBe(4);
    expect((await call([...plan, ID], { env: as('t', 'http://127.0.0.1:1') })).exit).toBe(5);
  });
});
