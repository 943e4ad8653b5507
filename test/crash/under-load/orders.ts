/** What people can order here: where, as whom, and the one event in the log that is its effect. */
export const ORDERS = {
  approve: { path: 'approvals', as: 'peer', effect: 'ApprovalGiven.v1' },
  reject: { path: 'approvals', as: 'director', effect: 'ReleaseRejected.v1' },
  withdraw: { path: 'withdraw', as: 'author', effect: 'ReleaseWithdrawn.v1' },
  start: { path: 'start', as: 'operator', effect: 'ReleaseStarted.v1' },
  pause: { path: 'pause', as: 'operator', effect: 'ReleaseHeld.v1' },
  resume: { path: 'resume', as: 'operator', effect: 'ReleaseResumed.v1' },
  'change-interval': { path: 'intervals', as: 'operator', effect: 'IntervalChanged.v1' },
  confirm: { path: 'confirmations', as: 'second-operator', effect: 'ConfirmationGiven.v1' },
  'roll-back': { path: 'rollbacks', as: 'operator', effect: 'RollbackStarted.v1' },
  abort: { path: 'abort', as: 'operator', effect: 'ReleaseAborted.v1' },
} as const;
export type Order = keyof typeof ORDERS;

/** Submitting is the one command that is not given to a release that is there. */
export type What = Order | 'submit';

/** The type of the event that stands in the log once for each of these that was acknowledged. */
export function effectOf(what: What): string {
  return what === 'submit' ? 'ReleaseSubmitted.v1' : ORDERS[what].effect;
}
