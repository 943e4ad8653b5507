import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, call } from '../spec-support/call.js';
import { Gateway, problem } from '../spec-support/gateway.js';
import { ID, release } from '../spec-support/release.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.stop());

const PLAN = {
  digest: '0123456789abcdef',
  units: 4,
  duration: '20m',
  observation: '20m',
  findings: [
    { rule: 'BAT-3', severity: 'warn', batch: 'eu-1.1', message: 'is not the smallest', remedy: 'begin with 1' },
    { rule: 'INT-2', severity: 'block', batch: null, message: 'runs for 20m', remedy: 'longer intervals' },
  ],
  approval: { level: 'director', because: ['INT-2'], people: 2 },
} as const;
const ESCALATED = release({ state: 'escalated', risk: 'high', plan: PLAN, approved: { given: 0, of: 2 } });
const READY = { id: ID, state: 'ready', revision: 9 };

const approve = (...options: string[]) =>
  call(['approve', ID, '--reason', 'fine', ...options], { env: as('t', gateway.url) });
const posted = () => gateway.asked.filter(({ method }) => method === 'POST').at(-1);

describe('sluice approve', () => {
  it('shows what it approves, and approves that plan alone', async () => {
    gateway.on(`GET /v1/releases/${ID}`, { body: ESCALATED });
    gateway.on(`POST /v1/releases/${ID}/approvals`, { body: READY });
    const { exit, out, err } = await approve();
    expect({ exit, out }).toEqual({ exit: 0, out: `${ID} is ready, revision 9\n` });
    expect(err).toBe(
      [
        'approves checkout 2.4.0, high risk, by alice: Ships the new tax table',
        'plan 0123456789ab; 2 people of level director have to approve an exception: INT-2 blocks',
        'findings',
        '  BLOCKS  INT-2  runs for 20m',
        '                 → longer intervals',
        `next: sluice start ${ID}`,
        '',
      ].join('\n'),
    );
    expect(posted()?.body).toEqual({ decision: 'approve', reason: 'fine', digest: PLAN.digest });
  });

  it('says how many have approved when that was not the last', async () => {
    const once = { ...ESCALATED, approved: { given: 1, of: 2 } };
    gateway.on(`GET /v1/releases/${ID}`, { body: ESCALATED }, { body: once });
    gateway.on(`POST /v1/releases/${ID}/approvals`, { body: { ...READY, state: 'escalated' } });
    const { out, err } = await approve();
    expect(out).toBe(`${ID} is escalated, revision 9\n`);
    expect(err).toContain(`next: 1 of 2 have approved; another director decides: sluice approve ${ID} --reason "…"`);
  });

  it('looks at nothing when it is told which plan', async () => {
    gateway.on(`POST /v1/releases/${ID}/approvals`, { body: READY });
    const before = gateway.asked.length;
    const { err } = await approve('--digest', 'd1', '--key', 'k');
    expect(err).toBe(`next: sluice start ${ID}\n`);
    expect(gateway.asked.slice(before).map(({ method }) => method)).toEqual(['POST']);
    expect(posted()).toMatchObject({ body: { digest: 'd1' }, headers: { 'idempotency-key': 'k' } });
  });

  it('is possible for somebody who may not look', async () => {
    gateway.on(`GET /v1/releases/${ID}`, problem(403, 'ROLE_MISSING', 'this needs the role viewer'));
    gateway.on(`POST /v1/releases/${ID}/approvals`, { body: READY });
    expect((await approve()).exit).toBe(0);
    expect(posted()?.body).toEqual({ decision: 'approve', reason: 'fine' });
  });

  it('answers a program with one document', async () => {
    gateway.on(`GET /v1/releases/${ID}`, { body: ESCALATED });
    gateway.on(`POST /v1/releases/${ID}/approvals`, { body: READY });
    const { out, err } = await approve('--json');
    expect([JSON.parse(out), err]).toEqual([READY, '']);
  });

  it('approves nothing when there is no such release', async () => {
    gateway.on(`GET /v1/releases/${ID}`, problem(404, 'UNKNOWN_RELEASE', 'there is no such release'));
    const before = posted();
    expect((await approve()).exit).toBe(1);
    expect(posted()).toBe(before);
  });
});
