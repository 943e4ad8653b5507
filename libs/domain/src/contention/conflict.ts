import type { RefusalCode } from '../release/refusal.js';

/** What a release needs that others have. */
export interface Conflict {
  readonly code: Extract<RefusalCode, 'UNITS_TAKEN' | 'ENVIRONMENT_TAKEN' | 'BUDGET_SPENT'>;
  /** The releases that have it. */
  readonly by: readonly string[];
  /** In words: who has what. */
  readonly what: string;
  /** What to do until it is free. */
  readonly until: string;
}
