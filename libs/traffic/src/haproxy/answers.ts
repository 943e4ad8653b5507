import { RouterError } from '../errors.js';
import type { SideCounts, TrafficObservation } from '../port.js';

/** A row of `show stat`, by the names of its columns. */
export type StatRow = Readonly<Record<string, string>>;

/** `show stat`: CSV with a heading. None of the columns that are read here is ever quoted. */
export function parseStat(answer: string): StatRow[] {
  const [heading, ...rows] = answer.split('\n').filter((line) => line !== '');
  if (!heading?.startsWith('# pxname,svname,')) throw unreadable('show stat', answer);
  const columns = heading.slice(2).split(',');
  return rows.map((row) => {
    const values = row.split(',');
    return Object.fromEntries(columns.map((column, i) => [column, values[i] ?? '']));
  });
}

/** A whole number out of a row of `show stat`. */
export function numberIn(row: StatRow, column: string): number {
  const value = row[column] ?? '';
  if (!/^\d+$/.test(value)) throw unreadable(`show stat, ${column}`, value);
  return Number(value);
}

/** `show map`: `<pointer> <key> <value>` a line. A key that is there twice has both values. */
export function parseMap(answer: string): Map<string, string[]> {
  const entries = new Map<string, string[]>();
  for (const line of answer.split('\n').filter((text) => text !== '')) {
    const [, key, value] = /^0x[0-9a-f]+ (\S+) (\S+)$/.exec(line) ?? [];
    if (key === undefined || value === undefined) throw unreadable('show map', line);
    entries.set(key, [...(entries.get(key) ?? []), value]);
  }
  return entries;
}

const COUNTER = /^0x[0-9a-f]+: key=(internal|production)-(staging|production)\.\d+ .*\bhttp_req_cnt=(\d+)/;

/** `show table`: the keys are `<internal|production>-<side>.<day>`; the days are added up. */
export function parseCounters(answer: string): Omit<TrafficObservation, 'epoch'> {
  const none = (): { -readonly [side in keyof SideCounts]: number } => ({ staging: 0, production: 0 });
  const counts = { internal: none(), production: none() };
  const [heading, ...lines] = answer.split('\n').filter((line) => line !== '');
  if (!heading?.startsWith('# table:')) throw unreadable('show table', answer);
  for (const line of lines) {
    const [, kind, side, count] = COUNTER.exec(line) ?? [];
    if (kind === undefined) throw unreadable('show table', line);
    counts[kind as keyof typeof counts][side as keyof SideCounts] += Number(count);
  }
  return counts;
}

/** What tells one process of HAProxy from every other one on the machine, out of `show info`. */
export function parseProcess(answer: string): string {
  const pid = /^Pid: (\d+)$/m.exec(answer)?.[1];
  const start = /^Start_time_sec: (\d+)$/m.exec(answer)?.[1];
  if (pid === undefined || start === undefined) throw unreadable('show info', answer);
  return `${pid}@${start}`;
}

function unreadable(what: string, answer: string): RouterError {
  return new RouterError('bad-answer', `HAProxy's ${what} cannot be read: ${JSON.stringify(answer.slice(0, 200))}`);
}
