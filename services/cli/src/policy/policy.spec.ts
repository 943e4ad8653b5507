import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConfigurationAnswer, ProposalAnswer } from '#messaging';
import { as, call } from '../spec-support/call.js';
import { POLICY } from '../spec-support/documents.js';
import { Gateway, problem } from '../spec-support/gateway.js';

const DIGEST = '0123456789abcdef0123456789abcdef';
const IN_FORCE: ConfigurationAnswer = {
  kind: 'Policy',
  name: 'default',
  revision: 3,
  digest: 'fedcba9876543210',
  by: 'alex',
  approvedBy: 'dora',
  at: '2026-01-05T10:00:00.000Z',
};
const PROPOSED: ConfigurationAnswer = {
  kind: 'Policy',
  name: 'default',
  revision: 5,
  digest: DIGEST,
  by: 'alex',
  at: '2026-01-06T10:00:00.000Z',
  proposal: {
    level: 'director',
    base: 3,
    stale: false,
    looser: [
      {
        path: 'spec.total.high',
        from: '60m',
        to: '30m',
        words: 'the least time in all at high risk is 30m instead of 60m',
      },
      {
        path: 'spec.budgets.cluster',
        from: '2',
        to: null,
        words: 'the most releases that run at a time in one cluster is left open instead of 2',
      },
    ],
    unlisted: 1,
  },
};
const LOOSER = [
  'looser',
  '  spec.total.high  60m → 30m',
  '    the least time in all at high risk is 30m instead of 60m',
  '  spec.budgets.cluster  2 → not set',
  '    the most releases that run at a time in one cluster is left open instead of 2',
  '  and 1 place more',
];
const DECIDED: ProposalAnswer = {
  name: 'default',
  decision: 'approve',
  digest: DIGEST,
  level: 'director',
  by: 'dora',
  at: '2026-01-06T11:00:00.000Z',
  revision: 6,
};
const APPROVALS = 'POST /v1/policies/default/approvals';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
beforeEach(() => {
  gateway.on('GET /v1/policies', { body: { policies: [IN_FORCE], proposals: [PROPOSED] } });
  gateway.on(APPROVALS, { body: DECIDED });
});
afterAll(() => gateway.stop());

const run = (...argv: string[]) => call(argv, { env: as('t', gateway.url), stdin: POLICY });
const lines = (text: string) => text.split('\n').slice(0, -1);
const posted = () => gateway.asked.filter(({ method }) => method === 'POST').at(-1);

describe('sluice apply of a policy that asks less', () => {
  beforeEach(() => {
    gateway.on('POST /v1/policies', { status: 202, body: PROPOSED });
  });

  it('says that it is proposed, what is looser, who has to approve it, and how', async () => {
    const { exit, out, err } = await run('apply', '-f', '-');
    expect(exit).toBe(0);
    expect(lines(out)).toEqual(['Policy default is proposed, and not in force, digest 0123456789ab', ...LOOSER]);
    expect(lines(err)).toEqual([
      'director has to approve it, and not alex',
      `next: sluice policy approve default --digest ${DIGEST} --reason "…"   (as director)`,
    ]);
  });

  it('answers a program with what the service answered', async () => {
    const { out, err } = await run('apply', '-f', '-', '--json');
    expect([JSON.parse(out), err]).toEqual([PROPOSED, '']);
  });
});

describe('sluice policy list', () => {
  it('shows what is in force, what is proposed and what that makes looser', async () => {
    const { exit, out } = await run('policy', 'list');
    expect(exit).toBe(0);
    expect(lines(out)).toEqual([
      'POLICY   STATE     REVISION  DIGEST        BY                      SINCE',
      'default  in force         3  fedcba987654  alex, approved by dora  2026-01-05 10:00:00Z',
      'default  proposed            0123456789ab  alex                    2026-01-06 10:00:00Z',
      '',
      'default waits: director has to approve it, and not alex: sluice policy approve default --reason "…"   (or reject)',
      ...LOOSER,
    ]);
  });

  it('says of what was overtaken that it has to be proposed again', async () => {
    const stale = { ...PROPOSED, proposal: { ...PROPOSED.proposal, stale: true } };
    gateway.on('GET /v1/policies', { body: { policies: [], proposals: [stale] } });
    const { out } = await run('policy', 'list');
    expect(out).toMatch(/^default {2}stale /m);
    expect(out).toContain('default waits: something else is in force by now; it has to be proposed again');
  });

  it('says what is in force when nobody has registered any', async () => {
    gateway.on('GET /v1/policies', { body: { policies: [], proposals: [] } });
    expect(await run('policy', 'list')).toEqual({ exit: 0, out: '', err: 'no policies; what ships is in force\n' });
  });
});

describe('sluice policy approve', () => {
  it('shows what it approves, and approves that version alone', async () => {
    const { exit, out, err } = await run('policy', 'approve', 'default', '--reason', 'fine');
    expect({ exit, out }).toEqual({
      exit: 0,
      out: 'policy default: version 0123456789ab is approved, in force as revision 6\n',
    });
    expect(lines(err)).toEqual([
      'policy default, version 0123456789ab by alex; director has to approve it, and not alex',
      ...LOOSER,
    ]);
    expect(posted()?.body).toEqual({ decision: 'approve', reason: 'fine', digest: DIGEST });
  });

  it('looks at nothing when it is told which version', async () => {
    const before = gateway.asked.length;
    const { err } = await run('policy', 'approve', 'default', '--reason', 'r', '--digest', 'd', '--key', 'k');
    expect(err).toBe('');
    expect(gateway.asked.slice(before).map(({ method }) => method)).toEqual(['POST']);
    expect(posted()).toMatchObject({ body: { digest: 'd' }, headers: { 'idempotency-key': 'k' } });
  });

  it('is possible for somebody who may not look', async () => {
    gateway.on('GET /v1/policies', problem(403, 'ROLE_MISSING', 'this needs the role viewer'));
    expect((await run('policy', 'approve', 'default', '--reason', 'r')).exit).toBe(0);
    expect(posted()?.body).toEqual({ decision: 'approve', reason: 'r' });
  });

  it.each([
    [403, 'SELF_APPROVAL', 4, 'Ask somebody else'],
    [403, 'LEVEL_TOO_LOW', 4, 'Use the token of somebody who may'],
    [409, 'STALE_PROPOSAL', 2, 'sluice policy list'],
    [409, 'NOTHING_PROPOSED', 2, 'sluice policy list'],
    [404, 'UNKNOWN_POLICY', 1, 'sluice policy list'],
  ])('that is refused (%d %s) ends with exit code %d, and what to do', async (status, code, exitCode, advice) => {
    gateway.on(APPROVALS, problem(status, code, 'in plain words'));
    const { exit, err } = await run('policy', 'approve', 'default', '--reason', 'r');
    expect(exit).toBe(exitCode);
    expect(err).toContain('in plain words');
    expect(err).toContain(advice);
  });

  it('answers a program with one document', async () => {
    const { out, err } = await run('policy', 'approve', 'default', '--reason', 'r', '--json');
    expect([JSON.parse(out), err]).toEqual([DECIDED, '']);
  });
});

describe('sluice policy reject', () => {
  it.each([
    [3, 'revision 3 stays in force'],
    [-1, 'what ships stays in force'],
    [null, 'nothing is in force under its name'],
  ])('says what is in force now: %j', async (revision, told) => {
    gateway.on(APPROVALS, { body: { ...DECIDED, decision: 'reject', revision } });
    const { out } = await run('policy', 'reject', 'default', '--reason', 'no');
    expect(out).toBe(`policy default: version 0123456789ab is rejected; ${told}\n`);
    expect(posted()?.body).toEqual({ decision: 'reject', reason: 'no', digest: DIGEST });
  });

  it('needs a reason', async () => {
    expect((await run('policy', 'reject', 'default')).exit).toBe(1);
  });
});
