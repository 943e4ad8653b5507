import type { ConfigurationEvent, ConfigurationKind } from './events.js';
import { escalationOf } from './policy-in-force.js';
import { type ConfigurationState, SHIPPED_REVISION } from './state.js';

/** Characters of JSON in one part. Even if each were four bytes and escaped, an event stays under its limit. */
const PART_CHARACTERS = 30_000;

export interface RegisterConfiguration {
  readonly kind: ConfigurationKind;
  readonly name: string;
  /** The document's JSON, canonical, so that the same document has the same digest. */
  readonly text: string;
  readonly digest: string;
  /** The command's id: tells the parts of one registration from those of another. */
  readonly registration: string;
}

/**
 * The events that register a document, or propose it: a policy that asks less than what is in force waits for an
 * approval. None when it is in force, or proposed, just like this already.
 */
export function decideRegistration(command: RegisterConfiguration, state: ConfigurationState): ConfigurationEvent[] {
  const { kind, name, text, digest, registration } = command;
  const { current, proposal } = state;
  if (current?.digest === digest) return [];
  const base = current?.revision ?? SHIPPED_REVISION;
  if (proposal?.digest === digest && proposal.base === base) return [];
  const parts = pieces(text).map(
    (piece, index): ConfigurationEvent => ({
      type: 'ConfigurationPartRecorded.v1',
      data: { registration, part: index + 1, text: piece },
    }),
  );
  const closing = { kind, name, registration, parts: parts.length, digest };
  const escalation = kind === 'Policy' ? escalationOf(text, current) : null;
  if (escalation) return [...parts, { type: 'ConfigurationProposed.v1', data: { ...closing, base, ...escalation } }];
  return [...parts, { type: 'ConfigurationRegistered.v1', data: closing }];
}

/** The text in pieces. No character is cut in half: half a character is not sound JSON everywhere. */
function pieces(text: string): string[] {
  const cut: string[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    to = from + PART_CHARACTERS;
    if (/[\uD800-\uDBFF]/.test(text.charAt(to - 1))) to -= 1;
    cut.push(text.slice(from, to));
  }
  return cut;
}
