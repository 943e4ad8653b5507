import type { PolicySpec } from '../documents/policy.js';
import type { ReleaseSpec } from '../documents/release.js';
import type { Plan } from '../planning/types.js';
import type { RecordedReleaseEvent } from './events.js';

const MINUTE = 60_000;

/** What the requirement asks of a risk, in minutes that really have to pass. Written from the rules, for the policy that ships. */
const ASKED = {
  standard: { 'INT-2': 0, 'INT-3': 0, 'INT-4': 0 },
  high: { 'INT-2': 60, 'INT-3': 0, 'INT-4': 0 },
  core: { 'INT-2': 0, 'INT-3': 30, 'INT-4': 20 },
} as const;

/**
 * Measures a release with a stopwatch of its own, and objects when it passes its first batch or completes sooner than
 * INT-2, INT-3 and INT-4 allow, without an exception that was approved.
 */
export class TimesWitness {
  private readonly wave: Map<string, number>;
  private readonly exceptions: readonly string[];
  private readonly deployedAt = new Map<string, number>();
  private openedAt: number | null = null;
  /** The longest observation of a batch while each wave was the newest. */
  private observed = [0];

  constructor(
    plan: Plan,
    private readonly spec: ReleaseSpec,
    policy: PolicySpec,
  ) {
    this.wave = new Map(plan.batches.map(({ id, wave }) => [id, wave]));
    this.exceptions = plan.approval?.because ?? [];
    const { total, observe, first } = policy;
    if (total.high !== '60m' || observe.core !== '30m' || first.core !== '20m')
      throw new Error('these are the times of the policy that ships');
  }

  /** @param now milliseconds that have really passed */
  see(event: RecordedReleaseEvent, now: number): void {
    switch (event.type) {
      case 'BatchAdded.v1':
        this.wave.set(event.data.batch, event.data.wave);
        break;
      case 'WaveOpened.v1':
        if (event.data.wave === 1) this.openedAt = now;
        this.observed.push(0);
        break;
      case 'BatchDeployed.v1':
        this.deployedAt.set(event.data.batch, now);
        break;
      case 'BatchPassed.v1':
        this.batchPasses(event.data.batch, now);
        break;
      case 'ReleaseCompleted.v1':
        this.insist('INT-2', now - (this.openedAt ?? now));
        this.insist(
          'INT-3',
          this.observed.reduce((sum, each) => sum + each, 0),
        );
    }
  }

  private batchPasses(batch: string, now: number): void {
    const wave = this.wave.get(batch);
    const deployedAt = this.deployedAt.get(batch);
    if (wave === undefined || deployedAt === undefined) return;
    const seen = now - deployedAt;
    if (wave === 1) this.insist('INT-4', seen);
    this.observed.push(Math.max(this.observed.pop() ?? 0, seen));
  }

  private insist(rule: keyof (typeof ASKED)['standard'], ms: number): void {
    const asked = ASKED[this.spec.risk][rule] * MINUTE;
    if (ms >= asked || this.exceptions.includes(rule)) return;
    throw new Error(`must never happen: ${ms / MINUTE} minutes, ${rule} asks ${this.spec.risk} for ${asked / MINUTE}`);
  }
}
