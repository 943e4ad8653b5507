import type { RecordedEvent } from '#event-store';

/** Events after which units or traffic are to be changed. */
const SETS_WORK_GOING: ReadonlySet<string> = new Set([
  'ReleaseStarted.v1',
  'WaveOpened.v1',
  'BatchReopened.v1',
  'UnitRetried.v1',
  'ReleaseResumed.v1',
  'TrafficShiftStarted.v1',
  'RollbackStarted.v1',
]);

/** The traces from which a release's events come, as `traceparent`: what follows an event goes on with its trace or points at it. */
export class ReleaseTraces {
  /** Of the newest event that has one. */
  last: string | undefined;
  /** Of the newest event after which units or traffic are changed. */
  work: string | undefined;

  take({ type, meta }: RecordedEvent): void {
    if (meta.traceparent === undefined) return;
    this.last = meta.traceparent;
    if (SETS_WORK_GOING.has(type)) this.work = meta.traceparent;
  }
}
