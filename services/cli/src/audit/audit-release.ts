import type { ReleaseStory, ReleaseSummary, StoryEntry } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import { styleOf } from '../release/states.js';
import type { Api } from '../server/api.js';
import type { Session } from '../session.js';
import { type Line, span } from '../text/line.js';
import { storyLines } from './story-lines.js';

const PAGE = 1_000;
/** What is kept for one JSON document. Told to people, a story is as long as it is: page after page. */
const MOST_IN_JSON = 100_000;

/** The whole story of a release: who, what, when, why, on what evidence. */
export async function auditRelease(session: Session, id: string): Promise<Exit> {
  const pages = storyPages(session.api(), id);
  if (session.json) session.answer(await gathered(pages));
  else {
    let isFirst = true;
    for await (const { release, entries } of pages) {
      if (isFirst) session.say([heading(release), []]);
      session.say(entries.filter(isToldToPeople).flatMap((entry) => storyLines(entry, session.look)));
      isFirst = false;
    }
  }
  return EXIT.done;
}

/** That a release is still being observed is written down again and again; nobody wants to read it as often. */
function isToldToPeople({ type }: StoryEntry): boolean {
  return type !== 'RunWitnessed.v1';
}

async function* storyPages(api: Api, id: string): AsyncGenerator<ReleaseStory> {
  let after: number | null | undefined;
  while (after !== null) {
    const path = `/v1/audit/releases/${encodeURIComponent(id)}`;
    const page: ReleaseStory = await api.get<ReleaseStory>(path, { after, limit: PAGE });
    yield page;
    after = page.entries.length === 0 ? null : page.next;
  }
}

async function gathered(pages: AsyncGenerator<ReleaseStory>): Promise<ReleaseStory | undefined> {
  const entries: StoryEntry[] = [];
  let last: ReleaseStory | undefined;
  for await (const page of pages) {
    entries.push(...page.entries);
    last = page;
    if (entries.length >= MOST_IN_JSON) break;
  }
  return last && { ...last, entries };
}

function heading({ name, service, version, risk, state, id }: ReleaseSummary): Line {
  return [
    span(name, 'bold'),
    span(`  ${service} ${version}, ${risk} risk  `),
    span(state, styleOf(state)),
    span(`  ${id}`, 'dim'),
  ];
}
