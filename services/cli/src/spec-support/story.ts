import type { ReleaseView } from '#domain';
import { batch, event, release } from './release.js';

const UNTIL = '2026-01-05T10:24:00.000Z';
const BAD = 'eu-1.2 answers 8.1 % with errors, 3.1 times as often as its control: 41 of 506 against 96 of 17,020';

function verdict(validator: string, kind: 'passed' | 'failed' | 'undecided', sentence: string) {
  return { validator, verdict: kind, sentence };
}
const goodErrors = verdict('errors', 'passed', 'eu-1.1 answers 0.2 % with errors, as its control');
const first = batch('eu-1.1', 1, ['eu-1-a'], {
  state: 'passed',
  deployed: 1,
  observedUntil: UNTIL,
  verdicts: [goodErrors],
});
const second = ['eu-1-b', 'eu-1-c', 'eu-1-d'];
const bad = { deployed: 3, observedUntil: UNTIL, verdicts: [verdict('errors', 'failed', BAD)] };
const running = { state: 'running', startedAt: '2026-01-05T10:03:00.000Z' } as const;
const rollback = { scope: 'release', batch: null, because: BAD } as const;
const endedAt = '2026-01-05T10:30:00.000Z';

/** How a bad release comes to its end: what happened, and how the service shows it then. */
export const BAD_STORY: readonly { readonly event: ReturnType<typeof event>; readonly view: ReleaseView }[] = [
  {
    event: event(6, 'WaveOpened.v1', { wave: 2, batches: ['eu-1.2'] }, 'service executor'),
    view: release({ ...running, revision: 6, batches: [first, batch('eu-1.2', 2, second, { state: 'deploying' })] }),
  },
  {
    event: event(7, 'BatchDeployed.v1', { batch: 'eu-1.2', deployed: 3, failed: 0 }, 'rule OBS-2'),
    view: release({
      ...running,
      revision: 7,
      batches: [first, batch('eu-1.2', 2, second, { state: 'observing', deployed: 3, observedUntil: UNTIL })],
    }),
  },
  {
    event: event(8, 'VerdictReached.v1', { batch: 'eu-1.2', validator: 'errors', verdict: 'failed', sentence: BAD }),
    view: release({
      ...running,
      revision: 8,
      batches: [first, batch('eu-1.2', 2, second, { ...bad, state: 'failed' })],
    }),
  },
  {
    event: event(9, 'RollbackStarted.v1', { scope: 'release', batch: null, because: BAD }),
    view: release({
      ...running,
      state: 'rolling-back',
      revision: 9,
      rollback,
      batches: [first, batch('eu-1.2', 2, second, { ...bad, state: 'rolling-back' })],
    }),
  },
  {
    event: event(10, 'ReleaseRolledBack.v1', { units: 4 }, 'service executor'),
    view: release({
      ...running,
      state: 'rolled-back',
      revision: 10,
      endedAt,
      rollback,
      batches: [{ ...first, state: 'rolled-back' }, batch('eu-1.2', 2, second, { ...bad, state: 'rolled-back' })],
    }),
  },
];
