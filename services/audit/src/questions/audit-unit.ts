import { type DataSource, LessThanOrEqual } from 'typeorm';
import type { AUDIT, RequestOf, UnitHistory } from '#messaging';
import { UnitVersionRow } from '../database/unit-version.js';
import { shownVersion } from './shown.js';

const NEWEST_FIRST = { position: 'DESC', step: 'DESC' } as const;

/** What a unit ran at a moment, and everything that it is known to have run, the newest first. */
export async function auditUnit(
  database: DataSource,
  { unit, at, limit }: RequestOf<typeof AUDIT.auditUnit>,
  now: string,
): Promise<UnitHistory> {
  const rows = await database.manager.find(UnitVersionRow, { where: { unit }, order: NEWEST_FIRST, take: limit });
  const history = rows.map(shownVersion);
  if (at === undefined) return { unit, at: now, running: history[0] ?? null, history };
  const moment = new Date(at).toISOString();
  const running = await runningAt(database, unit, moment);
  return { unit, at: moment, running: running && shownVersion(running), history };
}

/**
 * Before the first time that Sluice touched a unit, the best that is known is what it found there then. Such an answer
 * says so itself: it was `found`, and later than the moment asked about.
 */
async function runningAt(database: DataSource, unit: string, moment: string): Promise<UnitVersionRow | null> {
  const where = { unit, since: LessThanOrEqual(moment) };
  const then = await database.manager.findOne(UnitVersionRow, { where, order: NEWEST_FIRST });
  if (then) return then;
  const first = await database.manager.findOne(UnitVersionRow, {
    where: { unit },
    order: { position: 'ASC', step: 'ASC' },
  });
  return first?.how === 'found' ? first : null;
}
