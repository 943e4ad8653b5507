import type { RecordedEvent } from '#event-store';
import { EXIT, type Exit } from '../exit.js';
import { releasePath } from '../release/get-release.js';
import type { Api } from '../server/api.js';
import { follow } from '../server/feed.js';
import type { Session } from '../session.js';
import { cut } from '../text/line.js';
import { eventLine } from './event-line.js';

export interface EventsOptions {
  readonly follow?: boolean;
  /** A position of the log. */
  readonly after?: number;
  readonly limit?: number;
}
interface Page {
  readonly events: readonly RecordedEvent[];
  /** Where to go on, as `after`; null at the end. */
  readonly next: number | null;
}

const USUAL_LIMIT = 1_000;
const LARGEST_PAGE = 1_000;

/** The events of a release, or of everything: those that there are, or with `follow` those that come as well. */
export async function events(session: Session, id: string | undefined, options: EventsOptions): Promise<Exit> {
  const api = session.api();
  const path = id === undefined ? '/v1/events' : `${releasePath(id)}/events`;
  return options.follow ? followEvents(session, api, path, options) : pageEvents(session, api, path, options);
}

async function pageEvents(session: Session, api: Api, path: string, { after, limit }: EventsOptions): Promise<Exit> {
  const kept: RecordedEvent[] = [];
  let next: number | null | undefined = after;
  for (let left = limit ?? USUAL_LIMIT; left > 0 && next !== null; ) {
    const page: Page = await api.get<Page>(path, { after: next, limit: Math.min(left, LARGEST_PAGE) });
    if (session.json) kept.push(...page.events);
    else session.say(page.events.map((event) => cut(eventLine(event), session.look.width)));
    left -= page.events.length;
    next = page.events.length === 0 ? null : page.next;
  }
  if (session.json) session.answer({ events: kept, next: next ?? null });
  if (next !== null) session.note([`there are more: --after ${next}`]);
  return EXIT.done;
}

async function followEvents(session: Session, api: Api, path: string, options: EventsOptions): Promise<Exit> {
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for await (const found of follow(api, path, { after: options.after })) {
    const shown = found.slice(0, left);
    if (session.json) session.write(shown.map((event) => `${JSON.stringify(event)}\n`).join(''));
    else session.say(shown.map((event) => cut(eventLine(event), session.look.width)));
    left -= shown.length;
    if (left <= 0) break;
  }
  return EXIT.done;
}
