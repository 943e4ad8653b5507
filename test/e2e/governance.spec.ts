import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CliResult, sluice } from '../harness/cli.js';
import { releaseDocument } from '../harness/release-document.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';

/** Everything at once: it is not phased, and takes an exception. */
const UNPHASED = [{ clusters: ['eu-1'], batches: ['100%'] }];
/** Two of these three have to approve an exception, whatever their tokens say. */
const NAMED = {
  holders: { director: ['owner', 'peer', 'admin'] },
  people: { exception: 2 },
};

let running: RunningPlane;
let files: string;

beforeAll(async () => {
  running = await startPlane();
  files = join(running.folder, 'files');
  await mkdir(files);
  await running.fleet.start([{ name: 'eu-1', units: 2 }], '1');
  const topology = running.fleet.topology('production');
  expect(await running.api.ask('POST', '/v1/topologies', { body: topology })).toMatchObject({ status: 201 });
}, 90_000);

afterAll(() => running?.stop(), 30_000);

async function cli(as: string, ...args: readonly string[]): Promise<CliResult> {
  return sluice(args, { SLUICE_URL: running.api.url, SLUICE_TOKEN: await running.api.token(as), NO_COLOR: '1' });
}

async function apply(spec: object): Promise<CliResult> {
  const path = join(files, 'policy.json');
  const policy = { apiVersion: 'sluice/v1', kind: 'Policy', metadata: { name: 'default' }, spec };
  await writeFile(path, JSON.stringify(policy));
  return cli('admin', 'apply', '-f', path);
}

/** What somebody did, as the audit tells it, once it has caught up. */
async function deedsOf(actor: string, type: string): Promise<string[]> {
  for (let round = 0; round < 100; round += 1) {
    const { body } = await running.api.insist('GET', `/v1/audit/actors/${actor}`);
    const entries = body.entries as unknown as { type: string; sentence: string }[];
    const found = entries.filter((entry) => entry.type === type).map(({ sentence }) => sentence);
    if (found.length > 0) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [];
}

describe('who may change a policy, and who may approve what', () => {
  it('is said by the policy: a looser one takes the level above, and its levels hold for releases', async () => {
    const proposed = await apply(NAMED);
    expect(proposed).toMatchObject({ code: 0, stdout: expect.stringContaining('is proposed, and not in force') });
    expect(proposed.stdout).toContain('peer holds level director');

    const own = await cli('admin', 'policy', 'approve', 'default', '--reason', 'mine');
    expect(own).toMatchObject({ code: 4, stderr: expect.stringContaining('somebody else has to approve it') });
    const low = await cli('owner', 'policy', 'approve', 'default', '--reason', 'me too');
    expect(low).toMatchObject({ code: 4, stderr: expect.stringContaining('owner has owner') });
    const approved = await cli('director', 'policy', 'approve', 'default', '--reason', 'four eyes');
    expect(approved).toMatchObject({ code: 0, stdout: expect.stringContaining('is approved, in force') });

    const body = releaseDocument({ version: '2', topology: 'production', rollout: UNPHASED });
    const submitted = await running.api.ask('POST', '/v1/releases', { as: 'author', body });
    expect(submitted.body).toMatchObject({ state: 'escalated', approval: { level: 'director', people: 2 } });
    const id = String(submitted.body.id);

    const nobody = await cli('director', 'approve', id, '--reason', 'my token says so');
    expect(nobody).toMatchObject({ code: 4, stderr: expect.stringContaining('could: owner, peer, admin') });
    const first = await cli('owner', 'approve', id, '--reason', 'the fix cannot wait');
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('is escalated') });
    expect(first.stderr).toContain('1 of 2 have approved; another director decides');
    const second = await cli('admin', 'approve', id, '--reason', 'seen it');
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('is ready') });
    const third = await cli('admin', 'start', id);
    expect(third).toMatchObject({ code: 4, stderr: expect.stringContaining('somebody else has to start it') });
    expect(await cli('operator', 'start', id)).toMatchObject({ code: 0 });

    expect(await deedsOf('admin', 'ApprovalGiven.v1')).toEqual([
      expect.stringMatching(/^approved at level director, 2 of 2 /),
    ]);
    expect(await deedsOf('owner', 'ConfigurationRefused.v1')).toEqual([
      expect.stringMatching(/^refused: approve of policy default by owner: LEVEL_TOO_LOW/),
    ]);
    expect(await deedsOf('director', 'ConfigurationApproved.v1')).toEqual([
      expect.stringMatching(/^policy default: proposed version .* approved at level director, in force as revision /),
    ]);
  }, 60_000);
});
