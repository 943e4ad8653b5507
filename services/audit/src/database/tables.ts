import type { DataSourceOptions } from 'typeorm';
import { ReadModels1700000000001 } from './migrations/0001-read-models.js';
import { ProjectionCheckpointRow } from './projection-checkpoint.js';
import { ReleaseSummaryRow } from './release-summary.js';
import { StoryEntryRow } from './story-entry.js';
import { UnitVersionRow } from './unit-version.js';

export const ROWS = [ReleaseSummaryRow, StoryEntryRow, UnitVersionRow, ProjectionCheckpointRow];

/** What is the same for every connection to the read models, wherever they are. */
export const COMMON = {
  type: 'postgres',
  applicationName: 'sluice-audit',
  entities: ROWS,
  migrations: [ReadModels1700000000001],
  synchronize: false,
} as const satisfies DataSourceOptions;
