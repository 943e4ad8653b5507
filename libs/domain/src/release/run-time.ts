import type { RecordedReleaseEvent } from './events.js';
import type { Reading } from './reading.js';
import type { Started } from './state.js';
import type { RunTime } from './timing.js';

/** The calendar stands in for a steady clock where a log has no readings: it was written before there were any. */
const CALENDAR = 'calendar';

export function startOfRun(at: string): RunTime {
  const nothing = { total: 0, logged: 0, openedAt: null, observed: 0, observedInWave: 0 };
  return { reading: null, at: Date.parse(at), ...nothing };
}

/** The release with its time counted up to an event, before anything else of the event is taken in. */
export function countedToEvent(state: Started, event: RecordedReleaseEvent): Started {
  const reading =
    event.meta.reading ?? (isOfTheRun(state, event) ? byCalendar(state.time, Date.parse(event.at)) : null);
  if (!reading) return state;
  const time = counted(state.time, reading, Date.parse(event.at));
  return { ...state, time: { ...time, logged: time.total } };
}

/**
 * The release as it would be if its time were counted now. Without a reading nothing has passed since the last one, but
 * in a log that has none.
 *
 * @param now milliseconds since the epoch, by the calendar
 */
export function countedTo<S extends Started>(state: S, now: number, reading: Reading | undefined): S {
  const given = reading ?? byCalendar(state.time, now);
  return given ? { ...state, time: counted(state.time, given, now) } : state;
}

/** Time passes by what one clock showed twice. A clock that nobody has read before only begins to count. */
function counted(time: RunTime, reading: Reading, at: number): RunTime {
  const before = time.reading?.clock === reading.clock ? time.reading.ms : reading.ms;
  const passed = Math.max(0, reading.ms - before);
  return { ...time, reading: { clock: reading.clock, ms: before + passed }, at, total: time.total + passed };
}

function byCalendar({ reading }: RunTime, at: number): Reading | null {
  return reading === null || reading.clock === CALENDAR ? { clock: CALENDAR, ms: at } : null;
}

/** Written by whoever carries the release out. */
function isOfTheRun({ traffic }: Started, { type, meta }: RecordedReleaseEvent): boolean {
  return meta.actor.kind === 'rule' || (type === 'TrafficShifted.v1' && traffic !== null);
}
