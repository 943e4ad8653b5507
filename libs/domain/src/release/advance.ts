import { ROLLBACK_RULES } from './automatic-rollback.js';
import { AUTOMATIC_RULES } from './automatic-rules.js';
import { DRIFT_RULES } from './drift-rules.js';
import type { RecordedReleaseEvent, ReleaseEvent } from './events.js';
import { evolve } from './evolve.js';
import type { Obstacle } from './obstacle.js';
import type { Reading } from './reading.js';
import { countedTo } from './run-time.js';
import { SIGN_OF_LIFE, untilSign } from './sign-of-life.js';
import { STAGING_RULES } from './staging-rules.js';
import { isStarted, type ReleaseState, type Started } from './state.js';

/** Where the traffic has to be comes first: it goes back before anything else does. */
const RULES = [...STAGING_RULES, ...DRIFT_RULES, ...AUTOMATIC_RULES, ...ROLLBACK_RULES];

/** No batch has more steps than these at one moment. Going round for ever would be a defect, and is caught here. */
const STEPS_A_BATCH = 10;

/** What is known when the steps that are due are looked for. */
export interface Moment {
  /** ISO-8601. */
  readonly at: string;
  /** Of the steady clock of whoever carries the release out. */
  readonly reading?: Reading | undefined;
  /** What is in the way outside of the release; undefined when nobody has looked. */
  readonly obstacles?: readonly Obstacle[] | undefined;
}

/** Every step that is due at this moment without anybody asking, in order, each with the rule that takes it. */
export function advance(state: Started, moment: Moment): ReleaseEvent[] {
  const taken: ReleaseEvent[] = [];
  let now: ReleaseState = atMoment(state, moment);
  let steps = STEPS_A_BATCH * (state.plan.batches.length + 1);
  const due = () => firstDue(now, moment);
  for (let events = due(); events.length > 0; events = due()) {
    for (const event of events) now = evolve(now, asRecorded(event, moment));
    taken.push(...events);
    if (steps-- === 0) throw new Error(`release ${state.release} does not come to rest`);
  }
  // Whatever else is written says just as well how much time has passed.
  return taken.length === 0 && isSignDue(state, moment) ? [SIGN_OF_LIFE] : taken;
}

/** Whether anything is due at all. */
export function isAdvanceDue(state: Started, moment: Moment): boolean {
  return firstDue(atMoment(state, moment), moment).length > 0 || isSignDue(state, moment);
}

/** Its time is counted first: what is due depends on it. */
function atMoment(state: Started, { at, reading }: Moment): Started {
  return countedTo(state, Date.parse(at), reading);
}

function isSignDue(state: Started, moment: Moment): boolean {
  return moment.reading !== undefined && (untilSign(state, atMoment(state, moment)) ?? 1) <= 0;
}

function firstDue(state: ReleaseState, { at, obstacles }: Moment): readonly ReleaseEvent[] {
  if (!isStarted(state)) return [];
  const now = Date.parse(at);
  for (const rule of RULES) {
    const events = rule(state, now, obstacles);
    if (events.length > 0) return events;
  }
  return [];
}

function asRecorded(event: ReleaseEvent, { at, reading }: Moment): RecordedReleaseEvent {
  const { type, data } = event;
  const meta = { commandId: '', actor: { kind: 'rule', id: event.rule ?? '' }, ...(reading ? { reading } : {}) };
  return { type, data, at, revision: -1, meta } as RecordedReleaseEvent;
}
