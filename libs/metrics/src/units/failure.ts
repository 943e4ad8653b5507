/** Why nothing could be read from a unit. */
export type FailureReason =
  | 'no-address'
  | 'unreachable'
  | 'timed-out'
  | 'refused'
  | 'too-large'
  | 'bad-answer'
  | 'cancelled';

/** What a unit's misbehaviour comes to: a value, never an exception. `why` completes “eu-1-a …”. */
export interface Failure {
  readonly ok: false;
  readonly reason: FailureReason;
  readonly why: string;
}

/** What was read from a unit, or why nothing was. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure;

export function failure(reason: FailureReason, why: string): Failure {
  return { ok: false, reason, why };
}
