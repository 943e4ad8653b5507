import { describe, expect, it } from '@jest/globals';
import { ALLOWED, type ReleaseOrder, type ReleaseOrderType } from './commands.js';
import { planned, submission, TWO_WAVES } from './sketch.spec-support.js';
import { RELEASE_STATUSES } from './status.js';
import { storyOf } from './statuses.spec-support.js';
import { DIRECTOR, NEW, OLD } from './story.spec-support.js';

const UNIT = { batch: 'eu.1', unit: 'eu.1-1' };
const error = { code: 'command-failed', message: 'exit code 1', retryable: true };
const judgement = { verdict: 'passed', sentence: 'all is well', evidence: {} } as const;

const ORDERS: { readonly [T in ReleaseOrderType]: Extract<ReleaseOrder, { type: T }> } = {
  submit: submission(),
  'finish-plan': { type: 'finish-plan', plan: planned(TWO_WAVES).plan, digest: 'd1' },
  approve: { type: 'approve' },
  reject: { type: 'reject' },
  withdraw: { type: 'withdraw' },
  start: { type: 'start' },
  pause: { type: 'pause' },
  resume: { type: 'resume' },
  abort: { type: 'abort' },
  'change-interval': { type: 'change-interval', batch: 'eu.1', to: '20m' },
  confirm: { type: 'confirm', batch: 'eu.1', seen: 'orders come in' },
  'retry-unit': { type: 'retry-unit', unit: 'eu.1-1' },
  'roll-back': { type: 'roll-back' },
  'begin-unit': { type: 'begin-unit', ...UNIT, before: OLD },
  'record-unit-deployed': { type: 'record-unit-deployed', ...UNIT, attempt: 1, before: OLD, after: NEW, changed: true },
  'record-unit-failed': { type: 'record-unit-failed', ...UNIT, attempt: 1, error, unchanged: false },
  'begin-unit-rollback': { type: 'begin-unit-rollback', ...UNIT, from: NEW },
  'record-unit-rolled-back': { type: 'record-unit-rolled-back', ...UNIT, attempt: 1, from: NEW, to: OLD },
  'record-unit-rollback-failed': { type: 'record-unit-rollback-failed', ...UNIT, attempt: 1, error },
  'record-verdict': { type: 'record-verdict', batch: 'eu.1', validator: 'orders', deployedAt: '', ...judgement },
  'record-probe': { type: 'record-probe', deployedAt: '', ...judgement },
  'record-traffic-shifted': { type: 'record-traffic-shifted', shift: 1 },
  'record-traffic-shift-failed': { type: 'record-traffic-shift-failed', shift: 1, error },
  'report-drift': { type: 'report-drift', revision: 4, digest: 'd', added: [], removed: ['eu.1-1'] },
  advance: { type: 'advance' },
};

const OUT_OF_PLACE = ['WRONG_STATE', 'UNKNOWN_RELEASE', 'ALREADY_SUBMITTED'];
const cells = Object.values(ORDERS).flatMap((order) =>
  RELEASE_STATUSES.map((status) => ({
    type: order.type,
    status,
    order,
    allowed: ALLOWED[order.type].includes(status),
  })),
);

describe('the table of commands', () => {
  it.each(cells.filter(({ allowed }) => allowed))(
    'lets $type be decided when a release is $status',
    ({ order, status }) => {
      const outcome = storyOf(status).when(order, DIRECTOR);
      expect(OUT_OF_PLACE).not.toContain(outcome);
    },
  );

  it.each(cells.filter(({ allowed }) => !allowed))('refuses $type when a release is $status', ({ order, status }) => {
    const code =
      status === 'absent' ? 'UNKNOWN_RELEASE' : order.type === 'submit' ? 'ALREADY_SUBMITTED' : 'WRONG_STATE';
    expect(storyOf(status).when(order, DIRECTOR)).toBe(code);
  });
});

describe('a refusal', () => {
  it.each([
    ['planned', 'start', 'it waits for an approval: sluice approve'],
    ['escalated', 'start', 'it waits for an approval of a higher level: sluice approve'],
    ['running', 'start', 'it runs already'],
    ['ready', 'abort', 'it has not started: sluice withdraw'],
    ['held', 'withdraw', 'it has started: sluice abort or sluice rollback'],
    ['aborted', 'roll-back', 'an aborted release stays as it is: release the earlier version instead'],
    ['running', 'resume', 'it runs already'],
  ] as const)('of a release that is %s to %s says what to do instead', (status, type, instead) => {
    expect(storyOf(status).refusalOf(ORDERS[type])).toBe(
      `a release that is ${status} cannot be asked to ${type}; ${instead}`,
    );
  });

  it('of a release that does not exist says so', () => {
    expect(storyOf('absent').refusalOf({ type: 'start' })).toBe('there is no such release');
  });
});
