/** The life of a release. */
export const RELEASE_STATUSES = [
  'absent',
  'submitted',
  'planned',
  'escalated',
  'rejected',
  'withdrawn',
  'ready',
  'running',
  'held',
  'rolling-back',
  'rolled-back',
  'completed',
  'aborted',
] as const;
export type ReleaseStatus = (typeof RELEASE_STATUSES)[number];

/** Nothing restarts a release that has ended. */
export const ENDS = ['rejected', 'withdrawn', 'rolled-back', 'completed', 'aborted'] as const;

export function isEnd(status: ReleaseStatus): boolean {
  return (ENDS as readonly ReleaseStatus[]).includes(status);
}

export const BATCH_STATUSES = [
  'pending',
  'deploying',
  'observing',
  'passed',
  'failed',
  'held',
  'rolling-back',
  'rolled-back',
] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];
