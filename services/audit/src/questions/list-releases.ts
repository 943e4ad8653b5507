import { type DataSource, LessThan } from 'typeorm';
import type { AUDIT, ReplyOf, RequestOf } from '#messaging';
import { ReleaseSummaryRow } from '../database/release-summary.js';
import { page, parseCursor } from './cursor.js';
import { shownRelease } from './shown.js';

/** The newest first. */
export async function listReleases(
  database: DataSource,
  { state, service, limit, before }: RequestOf<typeof AUDIT.listReleases>,
): Promise<ReplyOf<typeof AUDIT.listReleases>> {
  const cursor = parseCursor(before);
  const found = await database.manager.find(ReleaseSummaryRow, {
    where: {
      ...(state === undefined ? {} : { state }),
      ...(service === undefined ? {} : { service }),
      ...(cursor === undefined ? {} : { submittedPosition: LessThan(cursor) }),
    },
    order: { submittedPosition: 'DESC' },
    take: limit + 1,
  });
  const { rows, last } = page(found, limit);
  return { releases: rows.map(shownRelease), next: last && String(last.submittedPosition) };
}
