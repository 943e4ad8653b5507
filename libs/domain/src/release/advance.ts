import { ROLLBACK_RULES } from './automatic-rollback.js';
import { AUTOMATIC_RULES } from './automatic-rules.js';
import { DRIFT_RULES } from './drift-rules.js';
import type { RecordedReleaseEvent, ReleaseEvent } from './events.js';
import { evolve } from './evolve.js';
import type { Obstacle } from './obstacle.js';
import { STAGING_RULES } from './staging-rules.js';
import { isStarted, type ReleaseState, type Started } from './state.js';

/** Where the traffic has to be comes first: it goes back before anything else does. */
const RULES = [...STAGING_RULES, ...DRIFT_RULES, ...AUTOMATIC_RULES, ...ROLLBACK_RULES];

/** No batch has more steps than these at one moment. Going round for ever would be a defect, and is caught here. */
const STEPS_A_BATCH = 10;

/** Every step that is due at this moment without anybody asking, in order, each with the rule that takes it. */
export function advance(state: Started, at: string, obstacles?: readonly Obstacle[]): ReleaseEvent[] {
  const taken: ReleaseEvent[] = [];
  let now: ReleaseState = state;
  let steps = STEPS_A_BATCH * (state.plan.batches.length + 1);
  const due = () => firstDue(now, at, obstacles);
  for (let events = due(); events.length > 0; events = due()) {
    for (const event of events) now = evolve(now, asRecorded(event, at));
    taken.push(...events);
    if (steps-- === 0) throw new Error(`release ${state.release} does not come to rest`);
  }
  return taken;
}

/** Whether anything is due at all. */
export function isAdvanceDue(state: ReleaseState, at: string, obstacles?: readonly Obstacle[]): boolean {
  return firstDue(state, at, obstacles).length > 0;
}

function firstDue(state: ReleaseState, at: string, obstacles?: readonly Obstacle[]): readonly ReleaseEvent[] {
  if (!isStarted(state)) return [];
  const now = Date.parse(at);
  for (const rule of RULES) {
    const events = rule(state, now, obstacles);
    if (events.length > 0) return events;
  }
  return [];
}

function asRecorded(event: ReleaseEvent, at: string): RecordedReleaseEvent {
  const { type, data } = event;
  const meta = { commandId: '', actor: { kind: 'rule', id: event.rule ?? '' } };
  return { type, data, at, revision: -1, meta } as RecordedReleaseEvent;
}
