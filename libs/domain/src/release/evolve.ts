import type { RecordedReleaseEvent } from './events.js';
import { evolvePlanned, evolveSubmitted, submit } from './evolve-planning.js';
import { evolveStarted } from './evolve-started.js';
import { countedToEvent } from './run-time.js';
import { ABSENT, isStarted, type ReleaseState } from './state.js';
import { TRANSITIONS } from './transitions.js';

/**
 * Folds one event into the state. Total: an event that is not possible in this state is ignored, so that every log
 * can be read, whatever wrote it. Never throws for an event of a plan that the log itself holds.
 */
export function evolve(state: ReleaseState, event: RecordedReleaseEvent): ReleaseState {
  if (TRANSITIONS[event.type][state.status] === undefined) return state;
  return remember(reduce(state, event), event);
}

/** The state after all of these events. */
export function fold(events: Iterable<RecordedReleaseEvent>, from: ReleaseState = ABSENT): ReleaseState {
  let state = from;
  for (const event of events) state = evolve(state, event);
  return state;
}

function reduce(state: ReleaseState, event: RecordedReleaseEvent): ReleaseState {
  if (state.status === 'absent') return submit(state, event);
  if (state.status === 'submitted') return evolveSubmitted(state, event);
  if (state.status === 'planned' || state.status === 'escalated' || state.status === 'ready') {
    return evolvePlanned(state, event);
  }
  return isStarted(state) ? evolveStarted(countedToEvent(state, event), event) : state;
}

/**
 * Keeps what a person's command came to: its last event counts, even if a rule made that one. Machines do not ask
 * twice; remembering theirs would only grow.
 */
function remember(state: ReleaseState, event: RecordedReleaseEvent): ReleaseState {
  const { actor, commandId } = event.meta;
  if (state.status === 'absent' || (actor.kind !== 'person' && !state.answers.get(commandId))) return state;
  const answers = state.answers.with(commandId, { revision: event.revision, status: state.status });
  return { ...state, answers };
}
