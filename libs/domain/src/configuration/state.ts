import type { Loosening, ProposalDecision, ProposalRefusalCode, Registered } from './events.js';

/** The revision of the policy that ships: it is in no stream. */
export const SHIPPED_REVISION = -1;

/** A version that is proposed and not in force; `at` says since when. */
export interface Proposed extends Registered {
  /** The revision that was in force when it was proposed. */
  readonly base: number;
  /** The level that has to approve it. */
  readonly level: string;
  /** What it asks less than what is in force, as far as an event lists it. */
  readonly looser: readonly Loosening[];
  /** How many more there are than are listed. */
  readonly unlisted: number;
}

/** What somebody's word on a proposed version came to. */
export interface Decided {
  readonly decision: ProposalDecision;
  readonly digest: string;
  /** Null when it was taken back by who proposed it. */
  readonly level: string | null;
  readonly by: string;
  readonly at: string;
  /** What is in force now; -1 for what ships, null when nothing is. */
  readonly revision: number | null;
}

/** Why somebody's word on a proposed version was not taken. A value, not an exception: nothing is broken. */
export interface ProposalRefusal {
  readonly code: ProposalRefusalCode;
  /** What is wrong and what to do instead. */
  readonly message: string;
}

type Listed<T> = Omit<T, 'text'>;

/** What a command came to. */
export type ConfigurationOutcome =
  | { readonly outcome: 'registered'; readonly version: Listed<Registered> }
  | { readonly outcome: 'proposed'; readonly version: Listed<Proposed> }
  | { readonly outcome: 'decided'; readonly decided: Decided }
  | { readonly outcome: 'refused'; readonly refusal: ProposalRefusal };

/** What the fold of a configuration's stream knows. */
export interface ConfigurationState {
  /** The newest version that is in force. */
  readonly current: Registered | null;
  /** The newest version that was proposed, until somebody has decided on it. */
  readonly proposal: Proposed | null;
  /** Parts of a registration that is under way. */
  readonly pending: { readonly registration: string; readonly parts: readonly string[] } | null;
  /** What the newest commands came to, by their ids, so that the same command again gets the same answer. */
  readonly outcomes: ReadonlyMap<string, ConfigurationOutcome>;
  /** How many refusals are on record. */
  readonly refusals: number;
}

export const NO_CONFIGURATION: ConfigurationState = {
  current: null,
  proposal: null,
  pending: null,
  outcomes: new Map(),
  refusals: 0,
};

/** So many commands are remembered; whoever repeats an older one is past helping. */
const REMEMBERED = 200;

/** The outcomes with one more, and without the oldest when they are too many. */
export function withOutcome(
  outcomes: ConfigurationState['outcomes'],
  commandId: string,
  outcome: ConfigurationOutcome,
): ConfigurationState['outcomes'] {
  const all = [...outcomes].filter(([id]) => id !== commandId);
  return new Map([...all.slice(-(REMEMBERED - 1)), [commandId, outcome]]);
}
