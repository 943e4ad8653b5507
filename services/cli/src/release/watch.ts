import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseView } from '#domain';
import type { RecordedEvent } from '#event-store';
import { EXIT, type Exit } from '../exit.js';
import { CommandFailure } from '../failure.js';
import type { Api } from '../server/api.js';
import { follow } from '../server/feed.js';
import { unreachable } from '../server/problem.js';
import type { Session } from '../session.js';
import { type Line, span } from '../text/line.js';
import { getRelease, releasePath } from './get-release.js';
import { Screen } from './screen.js';
import { EXIT_OF_END, RELEASE_STYLE } from './states.js';
import { tell } from './tell.js';
import { progress, watchText } from './watch-text.js';

/** The state is asked for at most so often, however fast events come. */
const REFRESH_MS = 250;
/** How long to wait before each time that a state which is behind the feed is asked for again. */
const CATCH_UP_MS: readonly number[] = [100, 250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000];

/** What becomes of what is seen: drawn, told line by line, or kept for the end. */
interface Display {
  begin(view: ReleaseView): void;
  change(view: ReleaseView, events: readonly RecordedEvent[]): void;
  end(view: ReleaseView): void;
}

/** Follows a release until its end. The feed says that something changed, the service says how things stand. */
export async function watch(session: Session, id: string): Promise<Exit> {
  const api = session.api();
  const display = displayFor(session);
  const view = await untilTheEnd(api, await getRelease(api, id), display);
  display.end(view);
  return EXIT_OF_END[view.state] ?? EXIT.done;
}

/** The state may run ahead of the feed and the feed ahead of the state; it is over when both are at the end. */
async function untilTheEnd(api: Api, first: ReleaseView, display: Display): Promise<ReleaseView> {
  let view = first;
  let told = first.revision;
  if (hasEnded(view)) return view;
  display.begin(view);
  for await (const events of follow(api, `${releasePath(view.id)}/events`)) {
    const news = events.filter(({ stream, revision }) => stream === `release-${view.id}` && revision > told);
    const newest = news.at(-1);
    if (!newest) continue;
    told = newest.revision;
    if (view.revision < told) view = await viewWith(api, view.id, told);
    display.change(view, news);
    if (hasEnded(view) && told >= view.revision) return view;
    await sleep(REFRESH_MS);
  }
  return view;
}

function hasEnded({ state }: ReleaseView): boolean {
  return EXIT_OF_END[state] !== undefined;
}

/** The release as it is after an event. Waits for a service that does not know of it yet, or is being started again. */
async function viewWith(api: Api, id: string, revision: number): Promise<ReleaseView> {
  for (const delay of CATCH_UP_MS) {
    const view = await getRelease(api, id).catch(unlessUnreachable);
    if (view && view.revision >= revision) return view;
    await sleep(delay);
  }
  throw unreachable(api.url, `${api.url} does not come to know revision ${revision} of ${id}`);
}

function unlessUnreachable(error: unknown): undefined {
  if (error instanceof CommandFailure && error.exit === EXIT.unreachable) return undefined;
  throw error;
}

function displayFor(session: Session): Display {
  if (session.json) return { begin() {}, change() {}, end: (view) => session.answer(view) };
  if (!session.look.terminal) return asLines(session);
  const screen = new Screen(session);
  const draw = (view: ReleaseView): void => screen.draw(watchText(view, session.look));
  return { begin: draw, change: draw, end: draw };
}

/** One line for each change, for a pipe. */
function asLines(session: Session): Display {
  return {
    begin: (view) => session.say([standing(view)]),
    change: (_view, events) => session.say(events.flatMap((event) => tell(event) ?? [])),
    end: (view) => session.say([standing(view)]),
  };
}

function standing(view: ReleaseView): Line {
  const { id, state, staging } = view;
  const before = staging && staging.state !== 'passed' ? `, staging ${staging.state}` : '';
  return [span(`${id} is `), span(state, RELEASE_STYLE[state]), span(`${before}, ${progress(view)}`)];
}
