import path from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { connect } from './database-server.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { migrate, refuseOldTables } from './migrate.js';
import { COMMON } from './tables.js';

const CONNECT_MS = 5_000;
/** A statement that takes longer than this is given up; so is one to which nothing comes back at all. */
const LONGEST_STATEMENT_MS = 60_000;
const LONGEST_SILENCE_MS = LONGEST_STATEMENT_MS + 5_000;
const POOL = 10;

/** Where the read models are: the fields of the service's configuration that say so. */
interface DatabaseConfig {
  readonly DATABASE_URL?: string | undefined;
  readonly DATABASE_CA?: string | undefined;
  readonly DATABASE_POOL?: number;
  readonly DATABASE_MIGRATE?: 'auto' | 'manual';
  readonly SLUICE_DATA: string;
}

/**
 * Connects to the read models' database, or runs one in this process, and brings its tables up to date.
 * @throws Error when they are not, and somebody else is to see to it
 */
export async function openDatabase(config: DatabaseConfig): Promise<DataSource> {
  const { DATABASE_URL: url, DATABASE_CA: ca, DATABASE_POOL: pool = POOL, DATABASE_MIGRATE: way = 'auto' } = config;
  if (url === undefined) return openEmbedded(path.join(config.SLUICE_DATA, 'audit'));
  if (way === 'auto') await migrate({ url, ca });
  const database = await connect({ url, ca }, pool, { connectMs: CONNECT_MS, statementMs: LONGEST_STATEMENT_MS });
  try {
    await refuseOldTables(database);
    return database;
  } catch (error) {
    await database.destroy();
    throw error;
  }
}

async function openEmbedded(folder: string): Promise<DataSource> {
  const postgres = await EmbeddedPostgres.start(folder);
  // One session underneath: a second connection would wait for the first one's transaction. It is kept, not renewed.
  // Nobody else can be at its tables, so nobody is locked out while they are brought up to date.
  const extra = { idleTimeoutMillis: 0, query_timeout: LONGEST_SILENCE_MS };
  const own = { poolSize: 1, connectTimeoutMS: CONNECT_MS, migrationsRun: true, extra };
  try {
    return await new EmbeddedDataSource({ ...COMMON, ...postgres.address, ...own }, postgres).initialize();
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
