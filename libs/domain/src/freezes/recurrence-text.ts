import { didYouMean } from '../documents/nearest.js';

/** A rule of RFC 5545 whose parts have the form that they should. What ends it is apart from the rest. */
export interface RecurrenceText {
  /** The rule without its end: `FREQ=WEEKLY;BYDAY=FR`. */
  readonly rule: string;
  readonly count?: number | undefined;
  /** As it was written, in one of the forms of {@link UNTIL_FORM}. */
  readonly until?: string | undefined;
}

/** A day, a local time, or a moment in UTC. */
export const UNTIL_FORM = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z)?)?$/;

const FREQUENCIES = ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'];
const TOO_FINE = ['MINUTELY', 'SECONDLY'];
const DAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
/** Beginnings on one day: a freeze is for longer times, and what nobody reads costs time to work out. */
const MOST_A_DAY = 96;
/** Occurrences that are counted. */
const MOST_COUNTED = 1_000;
const LONGEST_INTERVAL = 1_000;

/** What is wrong with the value of a part; undefined when nothing is. */
type Look = (value: string) => string | undefined;

const PARTS: Readonly<Record<string, Look>> = {
  FREQ: frequency,
  INTERVAL: number('INTERVAL', 1, LONGEST_INTERVAL),
  COUNT: number('COUNT', 1, MOST_COUNTED),
  UNTIL: until,
  BYSECOND: numbers('BYSECOND', 0, 59),
  BYMINUTE: numbers('BYMINUTE', 0, 59),
  BYHOUR: numbers('BYHOUR', 0, 23),
  BYDAY: days,
  BYMONTHDAY: numbers('BYMONTHDAY', 1, 31, true),
  BYYEARDAY: numbers('BYYEARDAY', 1, 366, true),
  BYWEEKNO: numbers('BYWEEKNO', 1, 53, true),
  BYMONTH: numbers('BYMONTH', 1, 12),
  BYSETPOS: numbers('BYSETPOS', 1, 366, true),
  WKST: (value) => (DAYS.includes(value) ? undefined : `has WKST=${value}; must be one of ${DAYS.join(', ')}`),
};

/** Reads the text of a recurrence, or says everything that is wrong with it: ends of sentences that begin with its path. */
export function readRecurrenceText(text: string): RecurrenceText | { readonly problems: readonly string[] } {
  const given = text
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .split(';')
    .map((part): readonly [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim(), value.join('=').trim()];
    });
  const parts = new Map(given);
  const problems = [
    ...given.flatMap(([name, value], i) =>
      given.findIndex(([other]) => other === name) < i ? [`has ${name} twice`] : lookAt(name, value),
    ),
    ...(parts.has('FREQ') ? [] : ['has no FREQ; it begins with FREQ=WEEKLY or the like']),
    ...(parts.has('COUNT') && parts.has('UNTIL') ? ['has COUNT and UNTIL; only one of them can be its end'] : []),
    ...tooManyADay(parts),
  ];
  if (problems.length > 0) return { problems };
  const rule = given.filter(([name]) => name !== 'COUNT' && name !== 'UNTIL').map((part) => part.join('='));
  const count = parts.get('COUNT');
  return { rule: rule.join(';'), count: count === undefined ? undefined : Number(count), until: parts.get('UNTIL') };
}

function lookAt(name: string, value: string): string[] {
  const look = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  if (!look) return [`has an unknown part ${name || '""'}${didYouMean(name, Object.keys(PARTS))}`];
  const problem = value === '' ? `has ${name} without a value` : look(value);
  return problem === undefined ? [] : [problem];
}

function frequency(value: string): string | undefined {
  if (FREQUENCIES.includes(value)) return undefined;
  if (TOO_FINE.includes(value)) return `has FREQ=${value}, which is too fine for a freeze; the finest is HOURLY`;
  return `has FREQ=${value}; must be one of ${FREQUENCIES.join(', ')}${didYouMean(value, FREQUENCIES)}`;
}

function until(value: string): string | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = UNTIL_FORM.exec(value) ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
  const moment = Date.parse(text);
  if (Number.isFinite(moment) && new Date(moment).toISOString() === text) return undefined;
  return `has UNTIL=${value}; must be a date such as 20270131, with a time as in 20270131T180000 or 20270131T170000Z`;
}

function days(value: string): string | undefined {
  const wrong = value.split(',').find((day) => !/^([+-]?([1-9]|[1-4]\d|5[0-3]))?(MO|TU|WE|TH|FR|SA|SU)$/.test(day));
  return wrong === undefined
    ? undefined
    : `has ${wrong} in BYDAY; must be days such as MO, or -1FR for the last Friday`;
}

function number(name: string, least: number, most: number): Look {
  return (value) =>
    isBetween(value, least, most) ? undefined : `has ${name}=${value}; must be a whole number from ${least} to ${most}`;
}

function numbers(name: string, least: number, most: number, fromTheEnd = false): Look {
  return (value) => {
    const isRight = (entry: string) => isBetween(fromTheEnd ? entry.replace(/^[+-]/, '') : entry, least, most);
    const wrong = value.split(',').find((entry) => !isRight(entry));
    if (wrong === undefined) return undefined;
    const also = fromTheEnd ? `, or from -${most} to -${least}` : '';
    return `has ${wrong || '""'} in ${name}; must be whole numbers from ${least} to ${most}${also}`;
  };
}

function isBetween(text: string, least: number, most: number): boolean {
  return /^\d{1,9}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

function tooManyADay(parts: ReadonlyMap<string, string>): string[] {
  const of = (name: string) => parts.get(name)?.split(',').length ?? 1;
  const hours = parts.get('FREQ') === 'HOURLY' && !parts.has('BYHOUR') ? 24 : of('BYHOUR');
  const times = hours * of('BYMINUTE') * of('BYSECOND');
  return times > MOST_A_DAY ? [`comes ${times} times a day; at most ${MOST_A_DAY} are possible`] : [];
}
