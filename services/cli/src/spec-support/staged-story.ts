import type { ReleaseView } from '#domain';
import { event, release } from './release.js';
import { IN, PROBED, staging, verdict } from './staging.js';

const NONE = { internal: '0%', production: '0%' };
const INTERNAL = { internal: '100%', production: '0%' };
export const LEAK =
  'prices (10.9.0.21) called stock at 10.1.0.40:8080, outside the environment: GET /stock/4711, tagged, at 2026-01-05T10:12:40.000Z';
const deployed = { state: 'observing', deployed: 2, probe: PROBED } as const;
const leaking = { ...deployed, verdicts: [verdict('closed-loop', 'failed', LEAK)] };
const rollback = { scope: 'release', batch: 'staging', because: `closed-loop: ${LEAK}` } as const;
const batch = 'staging';

function running(revision: number, shown: ReleaseView['staging']): ReleaseView {
  return release({ state: 'running', revision, ...(shown ? { staging: shown } : {}) });
}

function shift(revision: number, number: number, from: object, to: object, cause: string) {
  const key = `checkout/staging/shift-${number}`;
  return event(revision, 'TrafficShiftStarted.v1', { batch, shift: number, key, from, to, cause }, 'rule STG-1');
}

function shifted(revision: number, number: number, to: object) {
  return event(revision, 'TrafficShifted.v1', { batch, shift: number, to }, 'service executor');
}

/** How a release whose calls leave staging is kept from production: what happened, and how the service shows it then. */
export const LEAKY_STORY: readonly { readonly event: ReturnType<typeof event>; readonly view: ReleaseView }[] = [
  {
    event: event(6, 'WaveOpened.v1', { wave: 0, batches: [batch] }, 'rule OBS-3'),
    view: running(6, staging({ state: 'deploying' })),
  },
  {
    event: event(7, 'BatchDeployed.v1', { batch, deployed: 2, failed: 0 }, 'rule OBS-2'),
    view: running(7, staging({ ...deployed, probe: null })),
  },
  {
    event: event(8, 'StagingProbed.v1', { batch, ...PROBED, evidence: {}, retryAt: null }, 'service observer'),
    view: running(8, staging(deployed)),
  },
  {
    event: shift(9, 1, NONE, INTERNAL, 'opening'),
    view: running(9, staging(deployed, { shiftingTo: INTERNAL })),
  },
  { event: shifted(10, 1, INTERNAL), view: running(10, staging(deployed, { now: INTERNAL })) },
  {
    event: shift(11, 2, INTERNAL, IN, 'opening'),
    view: running(11, staging(deployed, { now: INTERNAL, shiftingTo: IN })),
  },
  {
    event: event(
      12,
      'TrafficShiftFailed.v1',
      {
        batch,
        shift: 2,
        error: { code: 'unreachable', message: 'the admin socket does not answer', retryable: true },
        retryAt: '2026-01-05T10:12:01.000Z',
      },
      'service executor',
    ),
    view: running(12, staging(deployed, { now: INTERNAL, shiftingTo: IN, error: 'the admin socket does not answer' })),
  },
  { event: shifted(13, 2, IN), view: running(13, staging(deployed, { now: IN })) },
  {
    event: event(
      14,
      'VerdictReached.v1',
      { batch, validator: 'closed-loop', verdict: 'failed', sentence: LEAK, evidence: {} },
      'service observer',
    ),
    view: running(14, staging(leaking, { now: IN })),
  },
  {
    event: shift(15, 3, IN, NONE, 'failed'),
    view: running(15, staging({ ...leaking, state: 'failed' }, { now: IN, shiftingTo: NONE })),
  },
  {
    event: event(16, 'RollbackStarted.v1', { ...rollback, scope: 'release', evidence: {} }, 'rule RBK-2'),
    view: release({
      state: 'rolling-back',
      revision: 16,
      rollback,
      staging: staging({ ...leaking, state: 'failed' }, { now: IN, shiftingTo: NONE }),
    }),
  },
  {
    event: shifted(17, 3, NONE),
    view: release({
      state: 'rolling-back',
      revision: 17,
      rollback,
      staging: staging({ ...leaking, state: 'rolling-back' }),
    }),
  },
  {
    event: event(18, 'ReleaseRolledBack.v1', { units: 2 }, 'service executor'),
    view: release({
      state: 'rolled-back',
      revision: 18,
      rollback,
      staging: staging({ ...leaking, state: 'rolled-back' }),
    }),
  },
];
