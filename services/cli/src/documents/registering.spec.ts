import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, call } from '../spec-support/call.js';
import { FREEZE_WINDOW, POLICY, RELEASE, releaseWith, TOPOLOGY } from '../spec-support/documents.js';
import { Folder } from '../spec-support/folder.js';
import { Gateway } from '../spec-support/gateway.js';
import { ID } from '../spec-support/release.js';
import { ENVIRONMENT, environmentWith } from '../spec-support/staging.js';

let gateway: Gateway;
let folder: Folder;
beforeAll(async () => {
  gateway = await Gateway.start();
  folder = await Folder.make();
});
afterAll(async () => {
  await gateway.stop();
  await folder.remove();
});

describe('sluice apply', () => {
  const registered = {
    name: 'production',
    revision: 3,
    digest: '0123456789abcdef',
    by: 'admin',
    at: '2026-01-05T10:00:00Z',
  };

  it.each([
    ['Topology', 'topologies', TOPOLOGY],
    ['Policy', 'policies', POLICY],
    ['Environment', 'environments', ENVIRONMENT],
    ['FreezeWindow', 'freeze-windows', FREEZE_WINDOW],
  ])('registers a %s where it belongs', async (kind, path, text) => {
    gateway.on(`POST /v1/${path}`, { status: 201, body: { ...registered, kind } });
    const { exit, out } = await call(['apply', '-f', '-'], { stdin: text, env: as('t', gateway.url) });
    expect({ exit, out }).toEqual({
      exit: 0,
      out: `${kind} production is registered, revision 3, digest 0123456789ab\n`,
    });
    expect(gateway.asked.at(-1)).toMatchObject({ path: `/v1/${path}`, body: { apiVersion: 'sluice/v1', kind } });
    expect(gateway.asked.at(-1)?.headers['content-type']).toBe('application/json');
  });

  it('answers a program with what the service answered', async () => {
    gateway.on('POST /v1/policies', { status: 201, body: { ...registered, kind: 'Policy' } });
    const { out } = await call(['apply', '-f', '-', '--json'], { stdin: POLICY, env: as('t', gateway.url) });
    expect(JSON.parse(out)).toEqual({ ...registered, kind: 'Policy' });
  });

  it('tells every problem of an environment where it is, though it is nearly something else', async () => {
    const text = environmentWith('calls: [prices,', 'calls: [price,')
      .replace('internal:', 'internl:')
      .replace('networks: [10.9.0.0/24]', 'networks: [10.9.0.1/24]')
      .replace('10.9.0.12', '10.9.0.11');
    const { exit, err } = await call(['apply', '-f', '-'], { stdin: text, env: as('t', gateway.url) });
    expect(exit).toBe(1);
    expect(err.split('\n').slice(1)).toEqual([
      'stdin:8:83 spec.services[0].units[1].address: another unit has the address 10.9.0.11:8080',
      'stdin:9:15 spec.services[0].calls[0]: the stack has a hole: price is neither one of its services nor an upstream, did you mean `prices`?',
      'stdin:15:3 spec.internl: unknown field, did you mean `internal`?',
      'stdin:16:14 spec.networks[0]: has bits set behind its prefix',
      '',
    ]);
  });

  it.each([
    ['a topology with a unit twice', TOPOLOGY.replace('us-2-b', 'us-2-a'), 'unit us-2-a is listed already'],
    ['a policy with a slip in its kind', POLICY.replace('Policy', 'Polcy'), 'stdin:2:7 kind: must be Policy'],
    ['a release', RELEASE, '`sluice submit -f` takes a Release'],
    ['nothing', '', 'stdin:1:1: is empty'],
    [
      'a freeze that never ends',
      FREEZE_WINDOW.replace('FREQ=WEEKLY;BYDAY=FR', 'FREQ=DAILY'),
      'stdin:9:15 spec.recurrence: never ends: it comes again before the 62h of the last one are over',
    ],
  ])('sends nothing when it is given %s: exit code 1', async (_what, text, told) => {
    const before = gateway.asked.length;
    const { exit, err } = await call(['apply', '-f', '-'], { stdin: text, env: as('t', gateway.url) });
    expect(exit).toBe(1);
    expect(err).toContain(told);
    expect(gateway.asked).toHaveLength(before);
  });
});

describe('sluice submit', () => {
  const ready = { id: ID, name: 'checkout-2.4.0', state: 'ready', revision: 5, approval: null, findings: [] };

  it('prints the id alone, and beside it what to do next', async () => {
    gateway.on('POST /v1/releases', { status: 201, body: ready });
    const file = await folder.write('release.yaml', RELEASE);
    const { exit, out, err } = await call(['submit', '-f', file], { env: as('t', gateway.url) });
    expect({ exit, out }).toEqual({ exit: 0, out: `${ID}\n` });
    expect(err).toBe(`is ready; nobody has to approve\nnext: sluice start ${ID}\n`);
    expect(gateway.asked.at(-1)?.body).toMatchObject({ kind: 'Release', spec: { version: '2.4.0', risk: 'standard' } });
  });

  it('says what would keep it from beginning, were it started now', async () => {
    const notes = ['it will wait its turn: unit eu-1-a belongs to release r1, which has not ended yet'];
    gateway.on('POST /v1/releases', { status: 201, body: { ...ready, notes } });
    const { err } = await call(['submit', '-f', '-'], { stdin: RELEASE, env: as('t', gateway.url) });
    expect(err).toContain(`\nnote: ${notes[0]}\nnext: sluice start ${ID}\n`);
  });

  it('says which approval the release waits for, and why', async () => {
    const finding = {
      rule: 'INT-2',
      severity: 'block',
      batch: null,
      message: 'runs for 50m',
      remedy: 'longer intervals',
    };
    const approval = { level: 'director', because: ['INT-2'] };
    gateway.on('POST /v1/releases', {
      status: 201,
      body: { ...ready, state: 'escalated', approval, findings: [finding] },
    });
    const { exit, err } = await call(['submit', '-f', '-'], { stdin: RELEASE, env: as('t', gateway.url) });
    expect(exit).toBe(0);
    expect(err).toBe(
      [
        'is escalated; director has to approve an exception: INT-2 blocks',
        'findings',
        '  BLOCKS  INT-2  runs for 50m',
        '                 → longer intervals',
        `next: sluice approve ${ID} --reason "…"   (as director)`,
        '',
      ].join('\n'),
    );
  });

  it('finds what is wrong before anything is sent, even without a token', async () => {
    const text = releaseWith('risk: standard', 'risk: hihg');
    const { exit, err } = await call(['submit', '-f', '-'], { stdin: text, env: {} });
    expect(exit).toBe(1);
    expect(err).toContain('stdin:7:9 spec.risk: must be one of standard, high, core');
  });
});
