import type { ReleaseAnswer } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import type { Order } from '../server/api.js';
import type { Session } from '../session.js';
import { type Line, span } from '../text/line.js';
import { releasePath } from './get-release.js';
import { styleOf } from './states.js';

/** A change of a release: where it is asked for, and with what. Fields that are undefined are not sent. */
export interface Change {
  /** The last part of the path, `rollbacks` for instance. */
  readonly path: string;
  readonly body: Readonly<Record<string, string | undefined>>;
  /** For the person: the command to type next. */
  readonly next?: string;
}

export async function orderRelease(session: Session, id: string, change: Change, order: Order): Promise<Exit> {
  const answer = await session.api().post<ReleaseAnswer>(`${releasePath(id)}/${change.path}`, change.body, order);
  if (session.json) session.answer(answer);
  else session.say([outcome(answer)]);
  if (change.next) session.note([`next: sluice ${change.next} ${answer.id}`]);
  return EXIT.done;
}

/** How the release stands after a change, in one line. */
export function outcome({ id, state, revision }: ReleaseAnswer): Line {
  return [span(id, 'bold'), span(' is '), span(state, styleOf(state)), span(`, revision ${revision}`, 'dim')];
}
