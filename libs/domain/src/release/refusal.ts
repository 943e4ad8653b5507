import type { ReleaseEvent } from './events.js';
import type { ReleaseStatus } from './status.js';

export const REFUSAL_CODES = [
  'UNKNOWN_RELEASE',
  'ALREADY_SUBMITTED',
  'WRONG_STATE',
  'SELF_APPROVAL',
  'LEVEL_TOO_LOW',
  'STALE_PLAN',
  'REASON_MISSING',
  'SELF_CONFIRMATION',
  'ALREADY_CONFIRMED',
  'ROLE_MISSING',
  'UNKNOWN_BATCH',
  'UNKNOWN_UNIT',
  'UNKNOWN_VALIDATOR',
  'NOT_OBSERVED',
  'BATCH_DONE',
  'BATCH_FAILED',
  'NOTHING_TO_ROLL_BACK',
  'TOO_LATE',
  'NOT_DUE',
  'STALE',
  'POLICY',
  'UNITS_TAKEN',
  'ENVIRONMENT_TAKEN',
  'BUDGET_SPENT',
  'SELF_START',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Why a command was not carried out. A value, not an exception: nothing is broken. */
export interface Refusal {
  readonly code: RefusalCode;
  /** What is wrong and what to do instead. */
  readonly message: string;
  /** What the release is now. */
  readonly status: ReleaseStatus;
}

export type Accepted = { readonly ok: true; readonly events: readonly ReleaseEvent[] };
export type Refused = { readonly ok: false; readonly refusal: Refusal };
/** What a command comes to. Accepted without events: there is nothing left to do. */
export type Decision = Accepted | Refused;

export function accept(...events: ReleaseEvent[]): Accepted {
  return { ok: true, events };
}

export function refuse(status: ReleaseStatus, code: RefusalCode, message: string): Refused {
  return { ok: false, refusal: { code, message, status } };
}
