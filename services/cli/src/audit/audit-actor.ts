import type { StoryEntry } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import type { Session } from '../session.js';
import { deedLines } from './story-lines.js';

export interface ActorOptions {
  readonly limit?: number;
  readonly before?: string;
}
interface Deeds {
  readonly actor: string;
  readonly entries: readonly StoryEntry[];
  /** Where to go on, as `before`; null at the end. */
  readonly next: string | null;
}

/** What somebody did, newest first. */
export async function auditActor(session: Session, actor: string, { limit, before }: ActorOptions): Promise<Exit> {
  const path = `/v1/audit/actors/${encodeURIComponent(actor)}`;
  const deeds = await session.api().get<Deeds>(path, { limit, before });
  if (session.json) session.answer(deeds);
  else session.say(deeds.entries.flatMap((entry) => deedLines(entry, session.look)));
  if (deeds.entries.length === 0) session.note([`nothing is known of ${actor}`]);
  if (deeds.next) session.note([`there are more: --before ${deeds.next}`]);
  return EXIT.done;
}
