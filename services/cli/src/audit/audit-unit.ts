import type { UnitHistory, UnitVersionEntry } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import { momentFrom } from '../moment-from.js';
import type { Session } from '../session.js';
import { type Line, span } from '../text/line.js';
import { type Column, table } from '../text/table.js';
import { moment } from '../text/time.js';
import { actorName } from '../text/words.js';

export interface UnitOptions {
  readonly at?: string;
  readonly limit?: number;
}

const COLUMNS: readonly Column[] = [
  { head: 'from' },
  { head: 'version' },
  { head: 'before' },
  { head: 'how' },
  { head: 'who', flexible: true },
  { head: 'release', flexible: true },
  { head: 'why', flexible: true },
];

/** What a unit runs, or ran at a moment, since when, and who put it there. */
export async function auditUnit(session: Session, unit: string, { at, limit }: UnitOptions): Promise<Exit> {
  const query = { at: at === undefined ? undefined : momentFrom(at), limit };
  const history = await session.api().get<UnitHistory>(`/v1/audit/units/${encodeURIComponent(unit)}`, query);
  if (session.json) session.answer(history);
  else session.say([runningLine(history), ...historyTable(history, session)]);
  return EXIT.done;
}

function runningLine({ unit, at, running }: UnitHistory): Line {
  const when = span(` at ${moment(at)}`);
  if (!running) return [span(unit, 'bold'), when, span(': nothing is known of that time', 'yellow')];
  const { version, from, release, actor } = running;
  const what = version === null ? 'nothing' : version;
  return [
    span(unit, 'bold'),
    when,
    span(' ran '),
    span(what, 'bold'),
    span(` since ${moment(from)}, by ${release} (${actorName(actor)})`),
  ];
}

function historyTable({ history }: UnitHistory, { look }: Session): readonly Line[] {
  return history.length === 0 ? [] : [[], ...table(COLUMNS, history.map(row), look)];
}

function row({ from, version, previous, how, actor, release, reason }: UnitVersionEntry): string[] {
  return [moment(from), version ?? '-', previous ?? '-', how, actorName(actor), release, reason ?? ''];
}
