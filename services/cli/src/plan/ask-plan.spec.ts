import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { as, call } from '../spec-support/call.js';
import { POLICY, RELEASE, releaseWith, TOPOLOGY } from '../spec-support/documents.js';
import { Folder } from '../spec-support/folder.js';
import { Gateway, problem } from '../spec-support/gateway.js';
import { preview } from '../spec-support/planner.js';
import { ENVIRONMENT } from '../spec-support/staging.js';

const TERMINAL = { columns: 80, rows: 24 };

let folder: Folder;
let gateway: Gateway;
let env: Record<string, string>;
let release: string;
let topology: string;
beforeAll(async () => {
  folder = await Folder.make();
  release = await folder.write('release.yaml', RELEASE);
  topology = await folder.write('topology.yaml', TOPOLOGY);
});
afterAll(() => folder.remove());
beforeEach(async () => {
  gateway = await Gateway.start();
  gateway.on('POST /v1/plans', { body: preview(RELEASE, TOPOLOGY) });
  env = { ...as('viewer', gateway.url), NO_COLOR: '1' };
});
afterEach(() => gateway.stop());

describe('a plan without a topology', () => {
  it('is that of the service, and looks exactly as the one that is made here', async () => {
    const offline = await call(['plan', '-f', release, '-t', topology], { env, terminal: TERMINAL });
    expect(gateway.asked).toEqual([]);
    expect(await call(['plan', '-f', release], { env, terminal: TERMINAL })).toEqual(offline);
    expect(gateway.asked).toMatchObject([{ method: 'POST', path: '/v1/plans', query: {} }]);
  });

  it('is the same JSON for programs too', async () => {
    const offline = await call(['plan', '-f', release, '-t', topology, '--json']);
    expect(await call(['plan', '-f', release, '--json'], { env })).toEqual(offline);
  });

  it('is asked for with the documents that are given, as if started when it says', async () => {
    const policy = await folder.write('policy.yaml', POLICY);
    const environment = await folder.write('environment.yaml', ENVIRONMENT);
    await call(['plan', '-f', release, '-p', policy, '-e', environment, '--at', '2026-02-01'], { env });
    const [{ query, body } = { query: {}, body: {} }] = gateway.asked;
    expect(query).toEqual({ at: '2026-02-01T00:00:00.000Z' });
    expect(Object.keys(body as object)).toEqual(['release', 'policy', 'environment']);
    expect(body).toMatchObject({ release: { kind: 'Release' }, policy: { spec: { minBatches: 3 } } });
  });

  it('that breaks rules: exit code 2', async () => {
    const hasty = releaseWith('risk: standard', 'risk: high');
    gateway.on('POST /v1/plans', { body: preview(hasty, TOPOLOGY) });
    const { exit, out } = await call(['plan', '-f', await folder.write('hasty.yaml', hasty)], { env });
    expect(exit).toBe(2);
    expect(out).toContain('BLOCKS  INT-2');
  });

  it('of a file that is not sound asks nobody', async () => {
    const bad = await folder.write('bad.yaml', releaseWith('risk: standard', 'risk: hihg'));
    const { exit, err } = await call(['plan', '-f', bad], { env });
    expect(exit).toBe(1);
    expect(err).toContain(`${bad}:7:9 spec.risk: must be one of standard, high, core`);
    expect(gateway.asked).toEqual([]);
  });

  it('shows what the service finds where it is in the file: exit code 1', async () => {
    const errors = [{ path: 'spec.topology', message: 'there is no topology production', source: 'release' }];
    gateway.on('POST /v1/plans', problem(422, 'INVALID_DOCUMENT', '1 problem found; nothing was stored', { errors }));
    const { exit, out, err } = await call(['plan', '-f', release], { env });
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain(`${release}:8:13 spec.topology: there is no topology production`);
  });

  it('needs to know who asks: exit code 4, and a service that answers: exit code 5; both say how to do without', async () => {
    const stranger = await call(['plan', '-f', release]);
    const nowhere = await call(['plan', '-f', release], { env: as('t', 'http://127.0.0.1:1') });
    expect([stranger.exit, nowhere.exit]).toEqual([4, 5]);
    for (const { err } of [stranger, nowhere]) expect(err).toContain('sluice plan -f release.yaml -t topology.yaml');
  });
});
