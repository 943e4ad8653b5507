import { DEFAULT_POLICY } from '../documents/policy.js';
import {
  CONFIGURATION_EVENTS,
  type ConfigurationEvent,
  type ConfigurationEventType,
  type Registered,
} from './events.js';
import {
  type ConfigurationOutcome,
  type ConfigurationState,
  type Decided,
  SHIPPED_REVISION,
  withOutcome,
} from './state.js';

interface Recorded {
  readonly type: string;
  readonly data: unknown;
  readonly revision: number;
  readonly at: string;
  readonly meta: { readonly actor: { readonly id: string }; readonly commandId: string };
}

type Data<T extends ConfigurationEventType> = Extract<ConfigurationEvent, { type: T }>['data'];

/** Folds one event. Parts without their closing event change nothing that anybody sees. */
export function evolveConfiguration(state: ConfigurationState, event: Recorded): ConfigurationState {
  switch (event.type) {
    case 'ConfigurationPartRecorded.v1':
      return takePart(state, CONFIGURATION_EVENTS[event.type].parse(event.data));
    case 'ConfigurationRegistered.v1':
      return register(state, CONFIGURATION_EVENTS[event.type].parse(event.data), event);
    case 'ConfigurationProposed.v1':
      return propose(state, CONFIGURATION_EVENTS[event.type].parse(event.data), event);
    case 'ConfigurationApproved.v1':
      return approve(state, CONFIGURATION_EVENTS[event.type].parse(event.data), event);
    case 'ConfigurationRejected.v1':
      return reject(state, CONFIGURATION_EVENTS[event.type].parse(event.data), event);
    case 'ConfigurationRefused.v1': {
      const { code, message } = CONFIGURATION_EVENTS[event.type].parse(event.data);
      return {
        ...remembering(state, event, { outcome: 'refused', refusal: { code, message } }),
        refusals: state.refusals + 1,
      };
    }
    default:
      return state;
  }
}

function takePart(state: ConfigurationState, data: Data<'ConfigurationPartRecorded.v1'>): ConfigurationState {
  const { registration, part, text } = data;
  const earlier = state.pending?.registration === registration && part > 1 ? state.pending.parts : [];
  const follows = part === earlier.length + 1;
  return { ...state, pending: follows ? { registration, parts: [...earlier, text] } : null };
}

/** The version that a closing event completes; null when a part is missing. */
function completed(
  { pending }: ConfigurationState,
  { registration, parts, kind, name, digest }: Data<'ConfigurationRegistered.v1'>,
  { revision, at, meta }: Recorded,
): Registered | null {
  if (pending?.registration !== registration || pending.parts.length !== parts) return null;
  return { kind, name, revision, digest, text: pending.parts.join(''), by: meta.actor.id, at };
}

function register(state: ConfigurationState, data: Data<'ConfigurationRegistered.v1'>, event: Recorded) {
  const version = completed(state, data, event);
  const next = { ...state, pending: null };
  if (!version) return next;
  const outcome = { outcome: 'registered', version: withoutText(version) } as const;
  const proposal = state.proposal?.digest === version.digest ? null : state.proposal;
  return { ...remembering(next, event, outcome), current: version, proposal };
}

function propose(state: ConfigurationState, data: Data<'ConfigurationProposed.v1'>, event: Recorded) {
  const version = completed(state, data, event);
  const next = { ...state, pending: null };
  if (!version) return next;
  const { base, level, looser, unlisted } = data;
  const proposal = { ...version, base, level, looser, unlisted };
  return { ...remembering(next, event, { outcome: 'proposed', version: withoutText(proposal) }), proposal };
}

/** What was proposed is in force; a word on another version than the one that is proposed changes nothing. */
function approve(state: ConfigurationState, { digest, level }: Data<'ConfigurationApproved.v1'>, event: Recorded) {
  if (state.proposal?.digest !== digest) return state;
  const { kind, name, text, by } = state.proposal;
  const { revision, at, meta } = event;
  const current = { kind, name, revision, digest, text, by, approvedBy: meta.actor.id, at };
  const outcome = decided({ decision: 'approve', digest, level, revision }, event);
  return { ...remembering(state, event, outcome), current, proposal: null };
}

function reject(state: ConfigurationState, { name, digest, level }: Data<'ConfigurationRejected.v1'>, event: Recorded) {
  if (state.proposal?.digest !== digest) return state;
  const shipped = name === DEFAULT_POLICY.metadata.name ? SHIPPED_REVISION : null;
  const revision = state.current?.revision ?? shipped;
  const outcome = decided({ decision: 'reject', digest, level, revision }, event);
  return { ...remembering(state, event, outcome), proposal: null };
}

function decided(what: Omit<Decided, 'by' | 'at'>, { at, meta }: Recorded): ConfigurationOutcome {
  return { outcome: 'decided', decided: { ...what, by: meta.actor.id, at } };
}

function remembering(state: ConfigurationState, { meta }: Recorded, outcome: ConfigurationOutcome): ConfigurationState {
  return { ...state, outcomes: withOutcome(state.outcomes, meta.commandId, outcome) };
}

/** Texts may be large, and nobody asks an outcome for one. */
function withoutText<T extends Registered>({ text: _text, ...version }: T): Omit<T, 'text'> {
  return version;
}
