import { z } from 'zod';

/** Kinds of configuration that people register, and the category of the stream that keeps each. */
export const CONFIGURATION_KINDS = ['Topology', 'Policy', 'Environment', 'FreezeWindow'] as const;
export type ConfigurationKind = (typeof CONFIGURATION_KINDS)[number];

export const CONFIGURATION_CATEGORY: Readonly<Record<ConfigurationKind, string>> = {
  Topology: 'topology',
  Policy: 'policy',
  Environment: 'environment',
  FreezeWindow: 'freeze',
};

/** What people call each kind. */
export const CONFIGURATION_WORDS: Readonly<Record<ConfigurationKind, string>> = {
  Topology: 'topology',
  Policy: 'policy',
  Environment: 'environment',
  FreezeWindow: 'freeze window',
};

/** Why nobody's word on a proposed version of a policy was taken. */
export const PROPOSAL_REFUSALS = [
  'UNKNOWN_POLICY',
  'NOTHING_PROPOSED',
  'STALE_PROPOSAL',
  'SELF_APPROVAL',
  'LEVEL_TOO_LOW',
  'REASON_MISSING',
] as const;
export type ProposalRefusalCode = (typeof PROPOSAL_REFUSALS)[number];

/** What is said of a proposed version. */
export const PROPOSAL_DECISIONS = ['approve', 'reject'] as const;
export type ProposalDecision = (typeof PROPOSAL_DECISIONS)[number];

/** One thing that a proposed version asks less than what is in force. */
const Loosening = z.object({
  path: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  words: z.string(),
});
export type Loosening = Readonly<z.infer<typeof Loosening>>;

const kind = z.enum(CONFIGURATION_KINDS);
const name = z.string();
const closing = { kind, name, registration: z.string(), parts: z.int(), digest: z.string() };

/** A document may be larger than an event may be: its JSON is kept in pieces, and counts once the last line is there. */
export const CONFIGURATION_EVENTS = {
  /** One piece of the document's JSON, `part` from 1. A registration that was cut off is never completed; it is begun anew. */
  'ConfigurationPartRecorded.v1': z.object({ registration: z.string(), part: z.int(), text: z.string() }),
  'ConfigurationRegistered.v1': z.object(closing),
  /**
   * A version that asks less than what is in force: it is not, until somebody of the level has approved it. `base` is the
   * revision that it was compared with, -1 for what ships; `unlisted` says how many more there are than are listed.
   */
  'ConfigurationProposed.v1': z.object({
    ...closing,
    base: z.int(),
    level: z.string(),
    looser: z.array(Loosening),
    unlisted: z.int(),
  }),
  /** The proposed version of this digest is in force from here on; this revision is what releases pin. */
  'ConfigurationApproved.v1': z.object({ kind, name, digest: z.string(), level: z.string() }),
  /** `level` is null when it was taken back by who proposed it. */
  'ConfigurationRejected.v1': z.object({ kind, name, digest: z.string(), level: z.string().nullable() }),
  /** Somebody wanted to approve or reject what is proposed, and was refused. */
  'ConfigurationRefused.v1': z.object({
    kind,
    name,
    command: z.enum(PROPOSAL_DECISIONS),
    code: z.enum(PROPOSAL_REFUSALS),
    message: z.string(),
  }),
} as const;

export type ConfigurationEventType = keyof typeof CONFIGURATION_EVENTS;

export type ConfigurationEvent = {
  [T in ConfigurationEventType]: { readonly type: T; readonly data: z.infer<(typeof CONFIGURATION_EVENTS)[T]> };
}[ConfigurationEventType];

/** A version of a document that is in force. Its revision is what a release pins. */
export interface Registered {
  readonly kind: ConfigurationKind;
  readonly name: string;
  readonly revision: number;
  readonly digest: string;
  /** The document's JSON. */
  readonly text: string;
  /** Who registered or proposed it. */
  readonly by: string;
  /** Who approved it, where it had to be. */
  readonly approvedBy?: string;
  /** Since when it is in force. */
  readonly at: string;
}
