import { levelAbove, levelOf, type Person, reaches, whoCould } from '../approval/levels.js';
import { DEFAULT_POLICY } from '../documents/policy.js';
import type { ConfigurationEvent, ProposalDecision, ProposalRefusalCode } from './events.js';
import { specInForce } from './policy-in-force.js';
import { type ConfigurationState, type ProposalRefusal, type Proposed, SHIPPED_REVISION } from './state.js';

/** Somebody's word on the proposed version of a policy. */
export interface DecideProposal {
  /** The policy's name. */
  readonly name: string;
  readonly decision: ProposalDecision;
  /** Of the version that was looked at; whichever is proposed when absent. */
  readonly digest?: string | undefined;
  readonly actor: Person;
  readonly reason?: string | undefined;
}

export type ProposalOutcome =
  | { readonly ok: true; readonly events: readonly ConfigurationEvent[] }
  | { readonly ok: false; readonly refusal: ProposalRefusal };

/**
 * What a word on a proposed version comes to. Approving takes somebody else than who proposed it, of the level above by
 * the policy in force, and that the version was compared with just that policy. Rejecting takes the same level, or who
 * proposed it, and a reason.
 */
export function decideProposal(command: DecideProposal, state: ConfigurationState): ProposalOutcome {
  const { name, decision, digest, actor, reason } = command;
  const { proposal } = state;
  if (!proposal) return nothingProposed(name, state);
  if (digest !== undefined && digest !== proposal.digest) {
    const message = `version ${brief(digest)} of policy ${name} is not proposed any more; version ${brief(proposal.digest)} is`;
    return refuse('STALE_PROPOSAL', message);
  }
  if (decision === 'reject' && !reason?.trim()) return refuse('REASON_MISSING', 'a rejection says why');
  const isOwn = actor.id === proposal.by;
  if (decision === 'approve' && isStale(proposal, state)) return stale(name, state, proposal);
  if (decision === 'approve' && isOwn) {
    return refuse('SELF_APPROVAL', `${actor.id} proposed this version; somebody else has to approve it`);
  }
  const inForce = specInForce(state.current);
  const needed = levelAbove(inForce);
  const level = levelOf(inForce, actor);
  const data = { kind: 'Policy', name, digest: proposal.digest } as const;
  if (level === null || !reaches(inForce.levels, level, needed)) {
    if (isOwn) return accept({ type: 'ConfigurationRejected.v1', data: { ...data, level: null } });
    const others = whoCould(inForce, needed, [actor.id, proposal.by]);
    const message = `a looser policy needs an approver of level ${needed}; ${actor.id} has ${level || 'no level'}${others}`;
    return refuse('LEVEL_TOO_LOW', message);
  }
  return decision === 'approve'
    ? accept({ type: 'ConfigurationApproved.v1', data: { ...data, level } })
    : accept({ type: 'ConfigurationRejected.v1', data: { ...data, level } });
}

/** Whether something else is in force by now than what a proposed version was compared with. */
export function isStale(proposal: Proposed, { current }: ConfigurationState): boolean {
  return proposal.base !== (current?.revision ?? SHIPPED_REVISION);
}

function stale(name: string, { current }: ConfigurationState, { base, digest }: Proposed): ProposalOutcome {
  const then = base === SHIPPED_REVISION ? 'what ships' : `revision ${base}`;
  const now = current ? `revision ${current.revision}, by ${current.by}` : 'what ships';
  const message = `version ${brief(digest)} of policy ${name} was compared with ${then}; in force now is ${now}`;
  return refuse('STALE_PROPOSAL', `${message}: it has to be proposed again`);
}

function nothingProposed(name: string, { current }: ConfigurationState): ProposalOutcome {
  if (current || name === DEFAULT_POLICY.metadata.name) {
    return refuse('NOTHING_PROPOSED', `no version of policy ${name} waits for an approval`);
  }
  return refuse('UNKNOWN_POLICY', `there is no policy ${name}, and none is proposed`);
}

function brief(digest: string): string {
  return digest.slice(0, 12);
}

function accept(event: ConfigurationEvent): ProposalOutcome {
  return { ok: true, events: [event] };
}

function refuse(code: ProposalRefusalCode, message: string): ProposalOutcome {
  return { ok: false, refusal: { code, message } };
}
