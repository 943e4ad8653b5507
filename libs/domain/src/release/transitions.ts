import type { ReleaseEventType } from './events.js';
import type { ReleaseStatus } from './status.js';

type Row = Partial<Record<ReleaseStatus, ReleaseStatus>>;

/** The event is a fact that leaves the status as it is, in each of these. */
function stays(...statuses: ReleaseStatus[]): Row {
  return Object.fromEntries(statuses.map((status) => [status, status]));
}

/** The event leads to `to` from each of these. */
function leads(to: ReleaseStatus, ...from: ReleaseStatus[]): Row {
  return Object.fromEntries(from.map((status) => [status, to]));
}

/**
 * The whole life of a release: which event is possible in which status, and where it leads.
 * An event that is not possible is ignored by the fold, so that any log can be read.
 */
export const TRANSITIONS: Readonly<Record<ReleaseEventType, Row>> = {
  'ReleaseSubmitted.v1': leads('submitted', 'absent'),
  'PlanDrafted.v1': stays('submitted'),
  'StagingPlanned.v1': stays('submitted'),
  'BatchPlanned.v1': stays('submitted'),
  'ReleasePlanned.v1': leads('planned', 'submitted'),
  'ReleaseEscalated.v1': leads('escalated', 'planned'),
  'ApprovalGiven.v1': stays('planned', 'escalated', 'ready'),
  'ReleaseReadied.v1': leads('ready', 'planned', 'escalated'),
  'ReleaseRejected.v1': leads('rejected', 'planned', 'escalated', 'ready'),
  'ReleaseWithdrawn.v1': leads('withdrawn', 'planned', 'escalated', 'ready'),
  'ReleaseStarted.v1': leads('running', 'ready'),
  'WaveOpened.v1': stays('running'),
  'UnitDeployStarted.v1': stays('running'),
  // What was under way when the release was held, turned or aborted still comes to an end, and the log has to say how.
  'UnitDeployed.v1': stays('running', 'held', 'rolling-back', 'aborted'),
  'UnitDeployFailed.v1': stays('running', 'held', 'rolling-back', 'aborted'),
  'BatchDeployed.v1': stays('running', 'held'),
  'VerdictReached.v1': stays('running', 'held'),
  'ConfirmationGiven.v1': stays('running', 'held'),
  'BatchPassed.v1': stays('running', 'held'),
  'BatchHeld.v1': stays('running', 'held'),
  'BatchFailed.v1': stays('running', 'held'),
  'BatchReopened.v1': stays('running'),
  'RunWitnessed.v1': stays('running', 'held'),
  'UnitRetried.v1': stays('running', 'held'),
  'IntervalChanged.v1': stays('running', 'held'),
  'ReleaseHeld.v1': leads('held', 'running', 'rolling-back', 'held'),
  'ReleaseResumed.v1': leads('running', 'held'),
  'StagingProbed.v1': stays('running', 'held'),
  'TrafficShiftStarted.v1': stays('running', 'held', 'rolling-back'),
  'TrafficShifted.v1': stays('running', 'held', 'rolling-back'),
  'TrafficShiftFailed.v1': stays('running', 'held', 'rolling-back'),
  // From `rolling-back`: the rollback of a batch is widened to the whole release.
  'RollbackStarted.v1': leads('rolling-back', 'running', 'held', 'rolling-back', 'completed'),
  'UnitRollbackStarted.v1': stays('rolling-back'),
  // While held: an abort waits for the traffic to leave staging.
  'UnitRolledBack.v1': stays('rolling-back', 'held', 'aborted'),
  'UnitRollbackFailed.v1': stays('rolling-back', 'held', 'aborted'),
  'BatchRolledBack.v1': stays('rolling-back'),
  'ReleaseRolledBack.v1': leads('rolled-back', 'rolling-back'),
  'BatchAdded.v1': stays('running', 'held'),
  'UnitsDropped.v1': stays('running', 'held'),
  'TopologyDrifted.v1': stays('running', 'held'),
  'ReleaseCompleted.v1': leads('completed', 'running'),
  'ReleaseAborted.v1': leads('aborted', 'running', 'held', 'rolling-back'),
};
