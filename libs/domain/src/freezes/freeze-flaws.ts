import { type Flaw, isRecord } from '../documents/flaw.js';
import { didYouMean } from '../documents/nearest.js';
import { toMs } from '../values/duration.js';
import { Recurrence } from './recurrence.js';
import { type RecurrenceText, readRecurrenceText, UNTIL_FORM } from './recurrence-text.js';
import { formatWallTime, parseWallTime, TimeZone, type WallTime } from './wall-time.js';

const DAY_MS = 86_400_000;
/** The 29th of February comes within so many years wherever one begins. */
const YEARS = 9;
/** A freeze that is on for so long without a break is meant to end, but would not. */
const UNBROKEN_MS = 366 * DAY_MS;
const WATCHED_MS = 2 * UNBROKEN_MS;
const STEP_MS = 32 * DAY_MS;
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/**
 * What a freeze window has to hold beyond its fields: a time zone and a first time that there are, and a recurrence that
 * comes, and that leaves room in between. Takes whatever was made out of the document, sound or not, so that these flaws
 * come with the others. Whatever the rule, it takes bounded time and memory.
 */
export function freezeFlaws(window: unknown): Flaw[] {
  const spec = isRecord(window) ? window.spec : undefined;
  if (!isRecord(spec)) return [];
  const from = typeof spec.from === 'string' ? parseWallTime(spec.from) : null;
  const others = [
    ...fromFlaws(spec.from, from),
    ...(typeof spec.recurrence === 'string' ? recurrenceFlaws(spec.recurrence, from, spec.duration) : []),
  ];
  return [...unknownZone(window), ...others.map(({ path, message }) => ({ path: ['spec', ...path], message }))];
}

/** A time zone that there is not, or not here. */
export function unknownZone(window: unknown): Flaw[] {
  const name = isRecord(window) && isRecord(window.spec) ? window.spec.timeZone : undefined;
  if (typeof name !== 'string' || name === '' || TimeZone.of(name)) return [];
  const zones = Intl.supportedValuesOf('timeZone');
  const inItsArea = zones.find((zone) => zone.toLowerCase().endsWith(`/${name.toLowerCase().replaceAll(' ', '_')}`));
  const hint = inItsArea ? `, did you mean \`${inItsArea}\`?` : didYouMean(name, zones);
  return [
    { path: ['spec', 'timeZone'], message: `there is no time zone ${name}${hint}; they are named as in Europe/Berlin` },
  ];
}

function fromFlaws(text: unknown, from: WallTime | null): Flaw[] {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text)) return [];
  if (from === null) return [{ path: ['from'], message: `there is no such time as ${text}` }];
  if (from >= EARLIEST && from < LATEST) return [];
  return [{ path: ['from'], message: 'must be from 1970 to 2199' }];
}

function recurrenceFlaws(text: string, from: WallTime | null, duration: unknown): Flaw[] {
  const read = readRecurrenceText(text);
  const problems = 'problems' in read ? read.problems : rulesProblems(read, from, duration);
  return problems.map((message) => ({ path: ['recurrence'], message }));
}

/** What can be said once it is known when the first one is; the rule's form is right. */
function rulesProblems(text: RecurrenceText, from: WallTime | null, duration: unknown): string[] {
  const start = from ?? EARLIEST;
  const broken = constraintProblem(text, start);
  if (broken !== undefined) return [broken];
  if (from === null || from < EARLIEST || from >= LATEST) return [];
  const { until, rule } = text;
  if (until !== undefined && endsBefore(until, from))
    return [`has UNTIL=${until}, which is before the first one at ${formatWallTime(from)}`];
  if (!Recurrence.occurs(rule, from, from + YEARS * UNBROKEN_MS))
    return [`never comes: ${rule} fits no day within ${YEARS} years of ${formatWallTime(from)}`];
  const lasts = typeof duration === 'string' ? toMs(duration) : Number.NaN;
  return lasts > 0 && isUnbroken(text, from, lasts)
    ? [`never ends: it comes again before the ${String(duration)} of the last one are over, for more than a year`]
    : [];
}

/** What RFC 5545 says of parts that do not go together, in the words of the library. */
function constraintProblem({ rule, count }: RecurrenceText, from: WallTime): string | undefined {
  try {
    new Recurrence(rule, from).between(from, from + DAY_MS);
  } catch (error) {
    return `breaks RFC 5545: ${messageOf(error)}`;
  }
  try {
    if (count !== undefined && Recurrence.occurs(rule, from, from + YEARS * UNBROKEN_MS))
      Recurrence.lastOf(count, rule, from);
  } catch (error) {
    return `has COUNT=${count}, which reaches too far to be worked out (${messageOf(error)}); use UNTIL`;
  }
  return undefined;
}

function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  throw error;
}

function endsBefore(until: string, from: WallTime): boolean {
  const [, year, month, day, hour = '23', minute = '59', second = '59', utc] = UNTIL_FORM.exec(until) ?? [];
  const end = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // A moment in UTC and a clock on a wall may be most of a day apart; what is that close is let in, and comes once.
  return end < (utc === undefined ? from : from - DAY_MS);
}

/** Looks at the clocks alone: what a change of the clocks opens for an hour is not an end that anybody meant. */
function isUnbroken({ rule, count, until }: RecurrenceText, from: WallTime, lasts: number): boolean {
  const recurrence = new Recurrence(rule, from);
  const last = count === undefined ? Number.POSITIVE_INFINITY : Recurrence.lastOf(count, rule, from);
  let begun = from;
  let end = from;
  for (let at = from; at < from + WATCHED_MS; at += STEP_MS) {
    for (const start of recurrence.between(at, at + STEP_MS)) {
      if (start > last || (until !== undefined && endsBefore(until, start))) return false;
      if (start > end) begun = start;
      end = Math.max(end, start + lasts);
      if (end - begun > UNBROKEN_MS) return true;
    }
  }
  return false;
}
