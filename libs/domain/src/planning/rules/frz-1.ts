import type { PlanFacts } from '../facts.js';
import { FREEZE_RULE } from '../rule-ids.js';
import type { Finding } from '../types.js';

/**
 * FRZ-1: nothing goes through a freeze but what was approved as an exception. It is found in every emergency, whether or
 * not a freeze is on: one may come while the release runs. No policy takes it in another mode.
 */
export function frz1({ spec, policy }: Pick<PlanFacts, 'spec' | 'policy'>): Finding[] {
  if (spec.emergency !== true) return [];
  const { exception } = policy.approvals;
  return [
    {
      rule: FREEZE_RULE,
      severity: 'block',
      batch: null,
      message: `is an emergency: it would go through freeze windows, which needs the approval of level ${exception}`,
      remedy: `leave out emergency, so that it goes around them, or have it approved by ${exception}`,
      path: 'spec.emergency',
      patch: { document: 'release', operations: [{ op: 'remove', path: '/spec/emergency' }] },
    },
  ];
}
