import { type DataSource, MoreThan } from 'typeorm';
import { type AUDIT, Rejection, type ReleaseStory, type RequestOf } from '#messaging';
import { ReleaseSummaryRow } from '../database/release-summary.js';
import { StoryEntryRow } from '../database/story-entry.js';
import { page } from './cursor.js';
import { shownEntry, shownRelease } from './shown.js';

/** The whole story of a release, what it refused included, in the order of the log. `after` and `next` are places in it. */
export async function auditRelease(
  database: DataSource,
  { release, after, limit }: RequestOf<typeof AUDIT.auditRelease>,
): Promise<ReleaseStory> {
  const summary = await database.manager.findOneBy(ReleaseSummaryRow, { release });
  if (!summary) {
    throw new Rejection({
      kind: 'not-found',
      code: 'UNKNOWN_RELEASE',
      message: `${release}: there is no such release`,
    });
  }
  const found = await database.manager.find(StoryEntryRow, {
    where: { release, position: MoreThan(after) },
    order: { position: 'ASC' },
    take: limit + 1,
  });
  const { rows, last } = page(found, limit);
  return { release: shownRelease(summary), entries: rows.map(shownEntry), next: last?.position ?? null };
}
