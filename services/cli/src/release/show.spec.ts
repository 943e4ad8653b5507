import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReleaseView } from '#domain';
import { as, call } from '../spec-support/call.js';
import { Gateway } from '../spec-support/gateway.js';
import { batch, ID, release } from '../spec-support/release.js';

const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');

const SECOND = ['eu-1-b', 'eu-1-c', 'eu-1-d'];
/** A release with something in each place where something can be. */
const HELD: ReleaseView = release({
  state: 'held',
  risk: 'high',
  startedAt: '2026-01-05T10:03:00.000Z',
  hold: {
    cause: 'no-verdict',
    sentence: 'errors has not said passed on eu-1.2 within 5m of its interval',
    batch: 'eu-1.2',
    since: '2026-01-05T10:29:00.000Z',
  },
  plan: {
    digest: 'd1',
    units: 5,
    duration: '20m',
    observation: '20m',
    findings: [
      { rule: 'BAT-3', severity: 'warn', batch: 'eu-1.1', message: 'is not the smallest', remedy: 'begin with 1' },
      { rule: 'INT-2', severity: 'block', batch: null, message: 'runs for 20m', remedy: 'longer intervals' },
    ],
    approval: { level: 'director', because: ['INT-2'] },
  },
  approvals: [
    {
      actor: 'dora',
      level: 'director',
      digest: 'd1',
      at: '2026-01-05T10:02:00.000Z',
      reason: 'The tax office opens at noon and the old table is wrong from then on',
    },
  ],
  batches: [
    batch('eu-1.1', 1, ['eu-1-a'], {
      state: 'passed',
      deployed: 1,
      observedUntil: '2026-01-05T10:14:00.000Z',
      verdicts: [{ validator: 'errors', verdict: 'passed', sentence: 'as its control' }],
      confirmations: [{ actor: 'bob', at: '2026-01-05T10:10:00.000Z', seen: 'Ordered a book, the tax is right' }],
    }),
    batch('eu-1.2', 2, SECOND, {
      state: 'held',
      deployed: 2,
      failed: 1,
      observedUntil: '2026-01-05T10:24:00.000Z',
      verdicts: [
        { validator: 'errors', verdict: 'unavailable', sentence: 'eu-1-c has not answered for 4 m' },
        { validator: 'latency', verdict: 'undecided', sentence: '31 requests so far, 50 are needed' },
      ],
    }),
    batch('us-1.1', 3, ['us-1-a']),
  ],
});

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.stop());

function show(view: ReleaseView, terminal?: { columns: number; rows: number }) {
  gateway.on(`GET /v1/releases/${ID}`, { body: view });
  return call(['show', ID], { env: { ...as('t', gateway.url), NO_COLOR: '1' }, ...(terminal ? { terminal } : {}) });
}

describe('sluice show', () => {
  it('shows how a release stands, in 80 columns', async () => {
    const { exit, out } = await show(HELD, { columns: 80, rows: 24 });
    expect(out).toBe(golden('show.terminal.txt'));
    expect(exit).toBe(0);
  });

  it('says what has become of its topology, and what that means for it', async () => {
    const drift = { topology: 'production', revision: 7, added: 2, removed: 1, at: HELD.submittedAt };
    const { out } = await show(release({ drift: { ...drift, handling: 'hold', waits: true } }));
    expect(out).toContain(
      'drift     production has 2 units more and 1 unit less for it (revision 7); a person decides',
    );
    const included = await show(release({ drift: { ...drift, taken: 1, handling: 'include', waits: false } }));
    expect(included.out).toContain('; 1 of them belong to another release; what came is done last');
  });

  it('says what a release that is queued waits for, and that nobody has to do anything', async () => {
    const sentence = 'it waits its turn: unit eu-1-a belongs to release r1, which has not ended yet';
    const hold = { cause: 'queued', sentence, batch: null, since: HELD.submittedAt } as const;
    const { out, err } = await show(release({ state: 'held', hold }));
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`(queued): ${sentence}`);
    expect(err).toContain('it goes on by itself once what is in its way is gone');
  });

  it('comes as plain lines in a pipe', async () => {
    expect((await show(HELD)).out).toBe(golden('show.pipe.txt'));
  });

  it('has no line wider than a narrow terminal, words apart that are wider themselves', async () => {
    const { out } = await show(HELD, { columns: 50, rows: 24 });
    expect(out.split('\n').filter((line) => line.length > 50)).toEqual([]);
  });

  it.each<[ReleaseView['state'], Partial<ReleaseView>, string]>([
    [
      'planned',
      { plan: { ...planOf(HELD), approval: { level: 'owner', because: [] } } },
      'owner decides: sluice approve',
    ],
    ['escalated', { plan: planOf(HELD) }, 'director decides: sluice approve'],
    [
      'escalated',
      { plan: planOf(HELD), approved: { given: 1, of: 2 } },
      '1 of 2 have approved; another director decides: sluice approve',
    ],
    ['ready', {}, `sluice start ${ID}`],
    ['running', {}, `sluice watch ${ID}`],
    ['rolling-back', {}, `sluice watch ${ID}`],
    [
      'held',
      { hold: { cause: 'paused', sentence: 'paused by bob', batch: null, since: HELD.submittedAt } },
      `resume ${ID}`,
    ],
    [
      'held',
      { hold: { cause: 'failed', sentence: 'bad', batch: 'eu-1.1', since: HELD.submittedAt } },
      '--batch eu-1.1',
    ],
    [
      'held',
      {
        hold: { cause: 'failed', sentence: 'no space left', batch: 'eu-1.1', since: HELD.submittedAt },
        batches: [batch('eu-1.1', 1, ['eu-1-a'], { state: 'failed', failed: 1, failedUnits: ['eu-1-a'] })],
      },
      `sluice retry ${ID} --unit eu-1-a, or sluice rollback ${ID} --batch eu-1.1`,
    ],
    [
      'held',
      {
        hold: { cause: 'rollback-failed', sentence: 'stuck', batch: null, since: HELD.submittedAt },
        batches: [batch('eu-1.1', 1, ['eu-1-a'], { state: 'rolling-back', failed: 1, failedUnits: ['eu-1-a'] })],
      },
      `sluice retry ${ID} --unit eu-1-a`,
    ],
    ['held', { hold: HELD.hold }, 'it goes on by itself'],
  ])('says what to do next when it is %s', async (state, more, told) => {
    const { err } = await show(release({ ...more, state }));
    expect(err).toContain(`next: `);
    expect(err).toContain(told);
  });

  it('says how many have approved, where it takes several', async () => {
    const approval = { level: 'director', because: ['INT-2'], people: 2 };
    const waiting = release({ state: 'escalated', plan: { ...planOf(HELD), approval }, approved: { given: 1, of: 2 } });
    expect((await show(waiting)).out).toContain('waits for director for an exception to INT-2, 1 of 2 have approved\n');
  });

  it.each<ReleaseView['state']>(['completed', 'rolled-back', 'aborted', 'withdrawn', 'rejected'])(
    'has nothing to suggest when it is %s',
    async (state) => {
      expect((await show(release({ state }))).err).toBe('');
    },
  );

  it('gives a program what the service answered, as it is', async () => {
    const odd = release({ reason: 'two\nlines and \u001b[31mred' });
    gateway.on(`GET /v1/releases/${ID}`, { body: odd });
    const { out, err } = await call(['show', ID, '--json'], { env: as('t', gateway.url) });
    expect(JSON.parse(out)).toEqual(odd);
    expect(err).toBe('');
  });

  it('keeps what somebody typed from acting on the terminal', async () => {
    const { out } = await show(release({ reason: 'two\nlines and \u001b[31mred' }), { columns: 80, rows: 24 });
    expect(out).toContain('two lines and \ufffd[31mred');
  });
});

function planOf({ plan }: ReleaseView): NonNullable<ReleaseView['plan']> {
  if (!plan) throw new Error('it has a plan');
  return plan;
}
