import { reaches } from '../approval/levels.js';
import type { Planned } from './state.js';

/** What of a release says whether it is approved; every state with a plan has it. */
type Judged = Pick<Planned, 'plan' | 'policy' | 'author' | 'approvals'>;

/** The level whose approval counts. A release that needs none can be approved all the same, by the level of its policy. */
export function levelNeeded({ plan, policy }: Judged): string {
  return plan.header.approval?.level ?? policy.spec.approvals.standard;
}

/** So many different people have to approve; none when the plan asks for nobody. */
export function peopleNeeded({ plan }: Judged): number {
  const { approval } = plan.header;
  return approval ? (approval.people ?? 1) : 0;
}

/** The different people whose approval of this very plan counts, in the order in which they gave it. */
export function approversOf(state: Judged): string[] {
  const { plan, policy, author, approvals } = state;
  const counting = approvals.filter(
    ({ actor, level, digest }) =>
      actor !== author && digest === plan.header.digest && reaches(policy.spec.levels, level, levelNeeded(state)),
  );
  return [...new Set(counting.map(({ actor }) => actor))];
}

/** BAT-4: whether everybody has approved who has to. */
export function isApproved(state: Judged): boolean {
  return approversOf(state).length >= peopleNeeded(state);
}
