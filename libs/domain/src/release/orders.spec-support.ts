import type { ReleaseOrder, ReleaseOrderType } from './commands.js';
import { planned, type Sketch, submission, TWO_WAVES } from './sketch.spec-support.js';
import { NEW, OLD } from './story.spec-support.js';

type Orders = { readonly [T in ReleaseOrderType]: Extract<ReleaseOrder, { type: T }> };

const UNIT = { batch: 'eu.1', unit: 'eu.1-1' };
const error = { code: 'command-failed', message: 'exit code 1', retryable: true };
const judgement = { verdict: 'passed', sentence: 'all is well', evidence: {} } as const;

/** One order of each type, about a release of this sketch. */
export function ordersOf(sketch: Sketch = TWO_WAVES): Orders {
  return {
    submit: submission(sketch),
    'finish-plan': { type: 'finish-plan', plan: planned(sketch).plan, digest: 'd1' },
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
    'record-unit-deployed': {
      type: 'record-unit-deployed',
      ...UNIT,
      attempt: 1,
      before: OLD,
      after: NEW,
      changed: true,
    },
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
}
