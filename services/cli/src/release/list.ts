import type { ReleaseSummary } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import type { Session } from '../session.js';
import { span } from '../text/line.js';
import { type Column, table } from '../text/table.js';
import { moment } from '../text/time.js';
import { styleOf } from './states.js';

export interface ListOptions {
  readonly state?: string;
  readonly service?: string;
  readonly limit: number;
  readonly before?: string;
}
interface Releases {
  readonly releases: readonly ReleaseSummary[];
  /** Where to go on, as `before`; null at the end. */
  readonly next: string | null;
}

const COLUMNS: readonly Column[] = [
  // Whole, always: it is what the other commands are given.
  { head: 'id' },
  { head: 'state' },
  { head: 'version', flexible: true },
  { head: 'service', optional: true },
  { head: 'submitted', optional: true },
  { head: 'author', optional: true },
  { head: 'risk', optional: true },
];

export async function list(session: Session, { state, service, limit, before }: ListOptions): Promise<Exit> {
  const page = await session.api().get<Releases>('/v1/releases', { state, service, limit, before });
  if (session.json) session.answer(page);
  else if (page.releases.length === 0) session.note(['no releases']);
  else session.say(table(COLUMNS, page.releases.map(row), session.look));
  if (page.next) session.note([`there are more: --before ${page.next}`]);
  return EXIT.done;
}

function row({ id, service, version, state, risk, author, submittedAt }: ReleaseSummary) {
  return [id, span(state, styleOf(state)), version, service, moment(submittedAt), author, risk];
}
