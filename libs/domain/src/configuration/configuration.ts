import { CONFIGURATION_EVENTS, type ConfigurationEvent, type ConfigurationKind, type Registered } from './events.js';

/** Characters of JSON in one part. Even if each were four bytes and escaped, an event stays under its limit. */
const PART_CHARACTERS = 30_000;

/** What the fold of a configuration's stream knows. */
export interface ConfigurationState {
  /** The newest version that is complete. */
  readonly current: Registered | null;
  /** Parts of a registration that is under way. */
  readonly pending: { readonly registration: string; readonly parts: readonly string[] } | null;
}

export const NO_CONFIGURATION: ConfigurationState = { current: null, pending: null };

export interface RegisterConfiguration {
  readonly kind: ConfigurationKind;
  readonly name: string;
  /** The document's JSON, canonical, so that the same document has the same digest. */
  readonly text: string;
  readonly digest: string;
  /** The command's id: tells the parts of one registration from those of another. */
  readonly registration: string;
}

/** The events that register a document; none when it is registered just like this already. */
export function decideRegistration(command: RegisterConfiguration, state: ConfigurationState): ConfigurationEvent[] {
  const { kind, name, text, digest, registration } = command;
  if (state.current?.digest === digest) return [];
  const parts = pieces(text).map(
    (piece, index): ConfigurationEvent => ({
      type: 'ConfigurationPartRecorded.v1',
      data: { registration, part: index + 1, text: piece },
    }),
  );
  const registered = { kind, name, registration, parts: parts.length, digest };
  return [...parts, { type: 'ConfigurationRegistered.v1', data: registered }];
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

interface Recorded {
  readonly type: string;
  readonly data: unknown;
  readonly revision: number;
  readonly at: string;
  readonly meta: { readonly actor: { readonly id: string } };
}

/** Folds one event. Parts without their closing event change nothing that anybody sees. */
export function evolveConfiguration(state: ConfigurationState, event: Recorded): ConfigurationState {
  if (event.type === 'ConfigurationPartRecorded.v1') {
    const { registration, part, text } = CONFIGURATION_EVENTS[event.type].parse(event.data);
    const earlier = state.pending?.registration === registration && part > 1 ? state.pending.parts : [];
    const follows = part === earlier.length + 1;
    return { ...state, pending: follows ? { registration, parts: [...earlier, text] } : null };
  }
  if (event.type !== 'ConfigurationRegistered.v1') return state;
  const { registration, parts, kind, name, digest } = CONFIGURATION_EVENTS[event.type].parse(event.data);
  const { pending } = state;
  if (pending?.registration !== registration || pending.parts.length !== parts) return { ...state, pending: null };
  const text = pending.parts.join('');
  return {
    current: { kind, name, revision: event.revision, digest, text, by: event.meta.actor.id, at: event.at },
    pending: null,
  };
}
