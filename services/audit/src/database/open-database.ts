import path from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { ReadModels1700000000001 } from './migrations/0001-read-models.js';
import { ProjectionCheckpointRow } from './projection-checkpoint.js';
import { ReleaseSummaryRow } from './release-summary.js';
import { StoryEntryRow } from './story-entry.js';
import { UnitVersionRow } from './unit-version.js';

export const ROWS = [ReleaseSummaryRow, StoryEntryRow, UnitVersionRow, ProjectionCheckpointRow];

const COMMON = {
  type: 'postgres',
  applicationName: 'sluice-audit',
  entities: ROWS,
  migrations: [ReadModels1700000000001],
  migrationsRun: true,
  synchronize: false,
  connectTimeoutMS: 5_000,
} as const satisfies DataSourceOptions;

/** A question that takes longer than this is given up; so is one to which nothing comes back at all. */
const LONGEST_STATEMENT_MS = 60_000;
const LONGEST_SILENCE_MS = LONGEST_STATEMENT_MS + 5_000;

interface Where {
  readonly DATABASE_URL?: string | undefined;
  readonly SLUICE_DATA: string;
}

/** Connects to the read models' database, or runs one in this process, and brings its tables up to date. */
export async function openDatabase({ DATABASE_URL, SLUICE_DATA }: Where): Promise<DataSource> {
  if (DATABASE_URL === undefined) return openEmbedded(path.join(SLUICE_DATA, 'audit'));
  const extra = { statement_timeout: LONGEST_STATEMENT_MS, query_timeout: LONGEST_SILENCE_MS };
  return new DataSource({ ...COMMON, url: DATABASE_URL, poolSize: 10, extra }).initialize();
}

async function openEmbedded(folder: string): Promise<DataSource> {
  const postgres = await EmbeddedPostgres.start(folder);
  // One session underneath: a second connection would wait for the first one's transaction. It is kept, not renewed.
  const extra = { idleTimeoutMillis: 0, query_timeout: LONGEST_SILENCE_MS };
  const options = { ...COMMON, ...postgres.address, poolSize: 1, extra };
  try {
    return await new EmbeddedDataSource(options, postgres).initialize();
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Takes its database along when it is closed. */
class EmbeddedDataSource extends DataSource {
  constructor(
    options: DataSourceOptions,
    private readonly postgres: EmbeddedPostgres,
  ) {
    super(options);
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.postgres.stop();
  }
}
