import { STAGING_VALIDATORS } from '../documents/release-flaws.js';
import { STAGING_BATCH } from '../planning/staging.js';
import type { PlannedStaging } from '../planning/types.js';
import { toMs } from '../values/duration.js';
import { isClosed, isSameSplit, type TrafficSplit, toBasisPoints } from '../values/traffic.js';
import type { RecordedReleaseEvent, ReleaseEventType } from './events.js';

type Of<T extends ReleaseEventType> = Extract<RecordedReleaseEvent, { type: T }>;

const OUT: TrafficSplit = { internal: '0%', production: '0%' };

/** The part of the {@link Witness} that watches a staging environment: what was found out about it, and its traffic. */
export class StagingWitness {
  private running = false;
  /** All of its units, and not gone back or found bad since. */
  private deployed = false;
  private probed = false;
  private observedFrom: number | null = null;
  private now = 0;
  /** Every validator passed it and its interval was over when its traffic was asked to leave. */
  private found: 'good' | null = null;
  private passed = false;
  private interval: string;
  private readonly verdicts = new Map<string, string>();
  private shift = 0;
  /** What was asked of the router last, and how that stands; given up, it may divide by that or not. */
  private asked: TrafficSplit = OUT;
  private asking: 'confirmed' | 'moving' | 'given-up' = 'confirmed';
  private confirmed: TrafficSplit = OUT;
  /** It was given up, and nobody has gone on since. */
  private waitsForAPerson = false;

  constructor(
    private readonly planned: PlannedStaging,
    private readonly validators: readonly string[],
  ) {
    this.interval = planned.interval;
  }

  /**
   * @param now milliseconds that have really passed
   * @throws Error when the event must not be there
   */
  see(event: RecordedReleaseEvent, now: number): void {
    this.now = now;
    this.runsOrWaits(event);
    switch (event.type) {
      case 'WaveOpened.v1':
        insist(event.data.wave === 0 || this.isOut(), `wave ${event.data.wave} opens while traffic goes to staging`);
        break;
      case 'ReleaseCompleted.v1':
      case 'ReleaseRolledBack.v1':
      case 'ReleaseAborted.v1':
        insist(this.isOut(), `${event.type} while traffic goes to staging`);
        break;
      case 'TrafficShiftStarted.v1':
        this.isMoved(event);
        break;
      case 'TrafficShifted.v1':
        this.hasMoved(event);
        break;
      case 'TrafficShiftFailed.v1':
        insist(this.asking === 'moving' && event.data.shift === this.shift, 'a change failed that nobody awaits');
        if (event.data.retryAt === null) {
          insist(!isClosed(this.asked), 'traffic that is to leave is given up');
          this.asking = 'given-up';
          this.waitsForAPerson = true;
        }
        break;
      default:
        if ('batch' in event.data && event.data.batch === STAGING_BATCH) this.batchChanges(event);
    }
  }

  private runsOrWaits({ type }: RecordedReleaseEvent): void {
    if (type === 'ReleaseStarted.v1' || type === 'ReleaseResumed.v1') this.running = true;
    if (type === 'ReleaseResumed.v1') this.waitsForAPerson = false;
    if (type === 'ReleaseHeld.v1' || type === 'RollbackStarted.v1') this.running = false;
  }

  private batchChanges(event: RecordedReleaseEvent): void {
    switch (event.type) {
      case 'UnitDeployStarted.v1':
      case 'UnitRollbackStarted.v1':
        insist(this.isOut(), `${event.type} of ${event.data.unit} while traffic goes there`);
        break;
      case 'BatchDeployed.v1':
        this.deployed = true;
        this.probed = false;
        this.observedFrom = null;
        this.found = null;
        this.verdicts.clear();
        break;
      case 'UnitRetried.v1':
      case 'BatchReopened.v1':
        this.deployed = false;
        // It begins anew, and so does its interval.
        this.found = null;
        break;
      case 'BatchFailed.v1':
      case 'BatchRolledBack.v1':
        this.deployed = false;
        break;
      case 'StagingProbed.v1':
        this.probed = event.data.verdict === 'passed';
        break;
      case 'VerdictReached.v1':
        this.verdicts.set(event.data.validator, event.data.verdict);
        break;
      case 'IntervalChanged.v1':
        insist(this.found === null, 'the interval changes after it was found to be over');
        this.interval = event.data.to;
        break;
      case 'BatchPassed.v1':
        insist(this.found === 'good', 'staging passes before its traffic was asked to leave for good');
        insist(this.isOut(), 'staging passes while traffic goes there');
        insist(![...this.verdicts.values()].includes('failed'), 'staging passes although something bad was found');
        this.passed = true;
    }
  }

  private isMoved({ data: { shift, from, to, cause } }: Of<'TrafficShiftStarted.v1'>): void {
    insist(shift === this.shift + 1, `change ${shift} follows change ${this.shift}`);
    insist(isSameSplit(from, this.confirmed), 'a change begins from a split that was never confirmed');
    if (!isClosed(to)) this.isLetIn(to);
    insist(isClosed(to) === (cause !== 'opening'), `traffic is moved to ${to.internal}/${to.production} as ${cause}`);
    if (cause === 'passed') this.isFoundGood();
    this.shift = shift;
    this.asked = to;
    this.asking = 'moving';
  }

  private isLetIn({ internal, production }: TrafficSplit): void {
    insist(this.running, 'traffic is let in while the release does not run');
    insist(!this.passed, 'traffic is let in again after staging has passed');
    insist(!this.waitsForAPerson, 'traffic is let in again although that was given up');
    insist(this.deployed, 'traffic is let in before staging is deployed');
    insist(this.probed, 'traffic is let in without a probe that passed since the deployment');
    const { traffic } = this.planned;
    insist(
      toBasisPoints(internal) === toBasisPoints(traffic.internal),
      `${internal} of the internal traffic is let in`,
    );
    if (toBasisPoints(production) === 0) return;
    insist(toBasisPoints(production) === toBasisPoints(traffic.production), `${production} of production is let in`);
    const isInternalThere = toBasisPoints(this.confirmed.internal) === toBasisPoints(traffic.internal);
    insist(isInternalThere, 'production traffic is let in before the internal traffic');
  }

  private isFoundGood(): void {
    const opensAt = (this.observedFrom ?? Number.NaN) + toMs(this.interval);
    insist(this.now >= opensAt, 'staging is found good before its interval is over');
    for (const validator of [...this.validators, ...STAGING_VALIDATORS]) {
      insist(this.verdicts.get(validator) === 'passed', `staging is found good without ${validator}`);
    }
    this.found = 'good';
  }

  private hasMoved({ data: { shift, to } }: Of<'TrafficShifted.v1'>): void {
    insist(this.asking === 'moving' && shift === this.shift, 'a change has happened that nobody awaits');
    insist(isSameSplit(to, this.asked), 'traffic has moved to where nobody asked for');
    this.confirmed = to;
    this.asking = 'confirmed';
    if (this.deployed && isSameSplit(to, this.planned.traffic)) this.observedFrom ??= this.now;
  }

  private isOut(): boolean {
    return this.asking === 'confirmed' && isClosed(this.confirmed);
  }
}

function insist(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`must never happen: ${otherwise}`);
}
