import { Counter, type Registry } from 'prom-client';
import { HOLD_CAUSES, RELEASE_EVENTS } from '#domain';
import type { NewEvent } from '#event-store';

const BATCH_OUTCOMES: Readonly<Record<string, string>> = {
  'BatchDeployed.v1': 'deployed',
  'BatchPassed.v1': 'passed',
  'BatchHeld.v1': 'held',
  'BatchFailed.v1': 'failed',
  'BatchRolledBack.v1': 'rolled-back',
};
const RELEASE_STEPS: Readonly<Record<string, string>> = {
  'ReleaseSubmitted.v1': 'submitted',
  'ReleaseEscalated.v1': 'escalated',
  'ReleaseRejected.v1': 'rejected',
  'ReleaseWithdrawn.v1': 'withdrawn',
  'ReleaseStarted.v1': 'started',
  'ReleaseCompleted.v1': 'completed',
  'RollbackStarted.v1': 'rolling-back',
  'ReleaseRolledBack.v1': 'rolled-back',
  'ReleaseAborted.v1': 'aborted',
};

/**
 * What happens to releases, counted by the process that writes it into the log, when it has. Every event is written by
 * one process, so the sum over all services and replicas is how often it happened; history that is read counts nothing.
 * Every series is there from the start with zero, so that the first time shows as an increase.
 */
export class EventCounts {
  private readonly waves: Counter;
  private readonly holds: Counter<'cause'>;
  private readonly batches: Counter<'outcome'>;
  private readonly releases: Counter<'step'>;

  constructor(metrics: Registry) {
    const registers = [metrics];
    this.waves = new Counter({
      name: 'sluice_waves_opened_total',
      help: 'Waves of batches that the gate was opened for.',
      registers,
    });
    this.holds = new Counter({
      name: 'sluice_release_holds_total',
      help: 'How often a release was held, by the cause.',
      labelNames: ['cause'],
      registers,
    });
    this.batches = new Counter({
      name: 'sluice_batches_total',
      help: 'What became of batches; one that is taken up again counts again.',
      labelNames: ['outcome'],
      registers,
    });
    this.releases = new Counter({
      name: 'sluice_release_steps_total',
      help: 'What became of releases: each step of their lives.',
      labelNames: ['step'],
      registers,
    });
    for (const cause of HOLD_CAUSES) this.holds.inc({ cause }, 0);
    for (const outcome of Object.values(BATCH_OUTCOMES)) this.batches.inc({ outcome }, 0);
    for (const step of Object.values(RELEASE_STEPS)) this.releases.inc({ step }, 0);
  }

  /** Counts events that are in the log now. */
  count(events: readonly NewEvent[]): void {
    for (const { type, data } of events) {
      const outcome = BATCH_OUTCOMES[type];
      const step = RELEASE_STEPS[type];
      if (outcome) this.batches.inc({ outcome });
      else if (step) this.releases.inc({ step });
      else if (type === 'WaveOpened.v1') this.waves.inc();
      else if (type === 'ReleaseHeld.v1') this.holds.inc({ cause: RELEASE_EVENTS[type].parse(data).cause });
    }
  }
}
