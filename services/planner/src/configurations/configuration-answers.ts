import type { ConfigurationOutcome, ProposalRefusalCode, Proposed, Registered } from '#domain';
import { type ConfigurationAnswer, type ProblemKind, type ProposalAnswer, Rejection } from '#messaging';

/** A version in force as it is told. */
export function registeredAnswer(version: Omit<Registered, 'text'>): ConfigurationAnswer {
  const { kind, name, revision, digest, by, approvedBy, at } = version;
  return { kind, name, revision, digest, by, ...(approvedBy ? { approvedBy } : {}), at };
}

/** A proposed version as it is told. */
export function proposedAnswer(version: Omit<Proposed, 'text'> & { readonly stale: boolean }): ConfigurationAnswer {
  const { level, base, stale, looser, unlisted } = version;
  return { ...registeredAnswer(version), proposal: { level, base, stale, looser, unlisted } };
}

/** What registering came to, as the reply. */
export function answerToRegistration(outcome: ConfigurationOutcome): ConfigurationAnswer {
  switch (outcome.outcome) {
    case 'registered':
      return registeredAnswer(outcome.version);
    case 'proposed':
      return proposedAnswer({ ...outcome.version, stale: false });
    default:
      throw sameIdForAnother();
  }
}

/** What a word on a proposed version came to, as the reply. @throws Rejection when it was refused */
export function answerToDecision(name: string, outcome: ConfigurationOutcome): ProposalAnswer {
  switch (outcome.outcome) {
    case 'decided':
      return { name, ...outcome.decided };
    case 'refused': {
      const { code, message } = outcome.refusal;
      throw new Rejection({ kind: KINDS[code], code, message });
    }
    default:
      throw sameIdForAnother();
  }
}

const KINDS: Readonly<Record<ProposalRefusalCode, ProblemKind>> = {
  UNKNOWN_POLICY: 'not-found',
  NOTHING_PROPOSED: 'refused',
  STALE_PROPOSAL: 'conflict',
  SELF_APPROVAL: 'forbidden',
  LEVEL_TOO_LOW: 'forbidden',
  REASON_MISSING: 'refused',
};

function sameIdForAnother(): Rejection {
  const message = 'another command on this document had the same id; each needs one of its own';
  return new Rejection({ kind: 'conflict', code: 'COMMAND_ID_TAKEN', message });
}
