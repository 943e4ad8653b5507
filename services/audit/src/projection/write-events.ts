import { type DataSource, type EntityManager, In } from 'typeorm';
import type { RecordedEvent } from '#event-store';
import { insertRows } from '../database/insert-rows.js';
import { ProjectionCheckpointRow } from '../database/projection-checkpoint.js';
import { ReleaseSummaryRow } from '../database/release-summary.js';
import { storableText } from '../database/storable.js';
import { StoryEntryRow } from '../database/story-entry.js';
import { UnitVersionRow } from '../database/unit-version.js';
import { type LogEvent, readEvent } from '../story/events.js';
import { type Known, project } from './project.js';

const PROJECTION = 'read-models';
/** Before the first event. */
export const START = -1;

/** The read models are behind what this process has projected: somebody emptied them. It has to begin where they are. */
export class ReadModelsMovedBack extends Error {
  override readonly name = 'ReadModelsMovedBack';
}

/** How far the read models are. */
export async function checkpoint(manager: EntityManager): Promise<number> {
  const { position } = await manager.findOneByOrFail(ProjectionCheckpointRow, { name: PROJECTION });
  return position;
}

/**
 * Writes events into the read models together with how far they are, all or nothing. Events that are in already are
 * left out, so that a second delivery, or a second replica, changes nothing.
 * @param after the position up to which everything before these events was projected
 * @returns the position that the read models are at
 * @throws {ReadModelsMovedBack}
 */
export function writeEvents(database: DataSource, events: readonly RecordedEvent[], after: number): Promise<number> {
  return database.transaction(async (manager) => {
    const at = await lockCheckpoint(manager);
    if (at < after) throw new ReadModelsMovedBack(`the read models are at ${at}, this process has been at ${after}`);
    const fresh = events.filter((event) => event.position > at).map(readEvent);
    const last = fresh.at(-1);
    if (last === undefined) return at;
    const rows = project(fresh, await loadKnown(manager, fresh));
    await insertRows(manager, StoryEntryRow, rows.entries);
    await insertRows(manager, UnitVersionRow, rows.versions);
    await insertRows(manager, ReleaseSummaryRow, rows.summaries, 'replace');
    await manager.update(ProjectionCheckpointRow, { name: PROJECTION }, { position: last.recorded.position });
    return last.recorded.position;
  });
}

/** Empties the read models. */
export function emptyReadModels(database: DataSource): Promise<void> {
  return database.transaction(async (manager) => {
    await lockCheckpoint(manager);
    for (const rows of [ReleaseSummaryRow, StoryEntryRow, UnitVersionRow]) await manager.clear(rows);
    await manager.update(ProjectionCheckpointRow, { name: PROJECTION }, { position: START });
  });
}

/** Replicas that write take turns by this lock. */
async function lockCheckpoint(manager: EntityManager): Promise<number> {
  const row = await manager.findOneOrFail(ProjectionCheckpointRow, {
    where: { name: PROJECTION },
    lock: { mode: 'pessimistic_write' },
  });
  return row.position;
}

async function loadKnown(manager: EntityManager, events: readonly LogEvent[]): Promise<Known> {
  const releases = new Set(events.filter(({ category }) => category === 'release').map(({ subject }) => subject));
  const units = new Set(
    events.flatMap(({ known }) => (known && 'unit' in known.data ? storableText(known.data.unit) : [])),
  );
  const summaries = await manager.findBy(ReleaseSummaryRow, { release: In([...releases]) });
  const newest = await newestVersions(manager, [...units]);
  return {
    summaries: new Map(summaries.map((summary) => [summary.release, summary])),
    running: new Map(newest.map(({ unit, version }) => [unit, version])),
  };
}

/** One row off the end of each unit's history, however long that is. */
function newestVersions(
  manager: EntityManager,
  units: readonly string[],
): Promise<Pick<UnitVersionRow, 'unit' | 'version'>[]> {
  return manager.query(
    `SELECT asked.unit, newest.version
       FROM unnest($1::text[]) AS asked (unit)
      CROSS JOIN LATERAL (
        SELECT version FROM unit_version
         WHERE unit_version.unit = asked.unit ORDER BY position DESC, step DESC LIMIT 1
      ) AS newest`,
    [units],
  );
}
