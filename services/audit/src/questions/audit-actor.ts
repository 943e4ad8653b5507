import { type DataSource, LessThan } from 'typeorm';
import type { AUDIT, ReplyOf, RequestOf } from '#messaging';
import { StoryEntryRow } from '../database/story-entry.js';
import { page, parseCursor } from './cursor.js';
import { shownEntry } from './shown.js';

/** Everything that a person, a rule or a service did, refused or not, the newest first. */
export async function auditActor(
  database: DataSource,
  { actor, limit, before }: RequestOf<typeof AUDIT.auditActor>,
): Promise<ReplyOf<typeof AUDIT.auditActor>> {
  const cursor = parseCursor(before);
  const found = await database.manager.find(StoryEntryRow, {
    where: { actorId: actor, ...(cursor === undefined ? {} : { position: LessThan(cursor) }) },
    order: { position: 'DESC' },
    take: limit + 1,
  });
  const { rows, last } = page(found, limit);
  return { actor, entries: rows.map(shownEntry), next: last && String(last.position) };
}
