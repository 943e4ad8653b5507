import type { ReleaseCommand } from './commands.js';
import { accept, type Decision, refuse } from './refusal.js';
import type { Planned } from './state.js';

/** Approving is by identity: whoever wrote a release never approves it, whatever roles they hold. */
export function approve(command: ReleaseCommand<'approve'>, state: Planned): Decision {
  const { actor, digest } = command;
  const plan = state.plan.header;
  if (actor.id === state.author) {
    return refuse(state.status, 'SELF_APPROVAL', `${actor.id} submitted this release; somebody else has to approve it`);
  }
  if (digest !== undefined && digest !== plan.digest) {
    return refuse(state.status, 'STALE_PLAN', `the approval is of plan ${digest}, the release has plan ${plan.digest}`);
  }
  const { levels, approvals } = state.policy.spec;
  const needed = plan.approval?.level ?? approvals.standard;
  const level = actor.level ?? '';
  if (!reaches(levels, level, needed)) {
    return refuse(
      state.status,
      'LEVEL_TOO_LOW',
      `needs an approver of level ${needed}; ${actor.id} has ${level || 'no level'}`,
    );
  }
  if (state.approvals.some((approval) => approval.actor === actor.id)) return accept();
  const given = { type: 'ApprovalGiven.v1', data: { level, digest: plan.digest } } as const;
  if (state.status === 'ready') return accept(given);
  return accept(given, { type: 'ReleaseReadied.v1', data: {} });
}

/** A level that the policy does not know reaches nothing, and nothing reaches it. */
function reaches(levels: readonly string[], level: string, needed: string): boolean {
  return levels.includes(needed) && levels.indexOf(level) >= levels.indexOf(needed);
}

export function drop(type: 'ReleaseRejected.v1' | 'ReleaseWithdrawn.v1'): Decision {
  return accept({ type, data: {} });
}
