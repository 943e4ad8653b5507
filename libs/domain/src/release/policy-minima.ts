import { isEnforced } from '../planning/modes.js';
import type { RuleId } from '../planning/rule-ids.js';
import { toMs } from '../values/duration.js';
import { isApproved } from './approvers.js';
import type { Started } from './state.js';

/** The least times that a release is held to while it runs, in milliseconds. */
export interface LeastTimes {
  /** INT-2: from the opening of the first wave to completion. */
  readonly total: number;
  /** INT-3: observation, summed over the waves. */
  readonly observe: number;
  /** INT-4: observation of each batch of the first wave. */
  readonly first: number;
}

/** What the policy asks at the release's risk, without what an exception was approved for. */
export function leastOf(state: Started): LeastTimes {
  const { total, observe, first } = state.policy.spec;
  const { risk } = state.spec;
  const asked = (rule: RuleId, least: string | undefined) => (isHeldTo(state, rule) ? toMs(least ?? '0s') : 0);
  return {
    total: asked('INT-2', total[risk]),
    observe: asked('INT-3', observe[risk]),
    first: asked('INT-4', first[risk]),
  };
}

/** Whether a rule binds the release: the policy enforces it, and no exception to it was approved. */
export function isHeldTo(state: Started, rule: RuleId): boolean {
  return isEnforced(state.policy.spec, rule) && !exceptionsOf(state).includes(rule);
}

/** The rules that the release breaks by an approved exception. */
export function exceptionsOf(state: Started): readonly string[] {
  const because = state.plan.header.approval?.because ?? [];
  return because.length > 0 && isApproved(state) ? because : [];
}
