import { levelOf, reaches, whoCould } from '../approval/levels.js';
import { approversOf, isApproved, levelNeeded, peopleNeeded } from './approvers.js';
import type { ReleaseCommand } from './commands.js';
import { accept, type Decision, type Refused, refuse } from './refusal.js';
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
  const { spec } = state.policy;
  const needed = levelNeeded(state);
  const level = levelOf(spec, actor);
  if (level === null || !reaches(spec.levels, level, needed)) {
    const others = whoCould(spec, needed, [actor.id, state.author]);
    const message = `needs an approver of level ${needed}; ${actor.id} has ${level || 'no level'}${others}`;
    return refuse(state.status, 'LEVEL_TOO_LOW', message);
  }
  const approvers = approversOf(state);
  if (approvers.includes(actor.id)) return accept();
  const nth = approvers.length + 1;
  const of = peopleNeeded(state);
  const count = of > 1 && nth <= of ? { nth, of } : {};
  const given = { type: 'ApprovalGiven.v1', data: { level, digest: plan.digest, ...count } } as const;
  if (state.status === 'ready' || nth < of) return accept(given);
  return accept(given, { type: 'ReleaseReadied.v1', data: {} });
}

/** A rejection ends the release, and whoever wrote it wants to know why. */
export function reject(command: ReleaseCommand<'reject'>, state: Planned): Decision {
  if (!command.reason?.trim()) return refuse(state.status, 'REASON_MISSING', 'a rejection says why');
  return accept({ type: 'ReleaseRejected.v1', data: {} });
}

export function withdraw(): Decision {
  return accept({ type: 'ReleaseWithdrawn.v1', data: {} });
}

/**
 * BAT-4: nothing starts without the approvals that its plan needs, whatever made it ready. Where two people are asked for
 * it takes a third to start it.
 */
export function whyNotToStart(command: ReleaseCommand<'start'>, state: Planned): Refused | null {
  const { actor } = command;
  if (!isApproved(state)) {
    const count = `${approversOf(state).length} of ${peopleNeeded(state)}`;
    return refuse(state.status, 'POLICY', `needs approvals of level ${levelNeeded(state)}, and has ${count}`);
  }
  if (peopleNeeded(state) > 1 && approversOf(state).includes(actor.id)) {
    const message = `${actor.id} has approved this release; where several approve, somebody else has to start it`;
    return refuse(state.status, 'SELF_START', message);
  }
  return null;
}
