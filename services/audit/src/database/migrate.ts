import { type DataSource, MigrationExecutor } from 'typeorm';
import { connect, type DatabaseServer } from './database-server.js';

/** Any number that nobody else takes a lock by: `sluice` in ASCII. */
const LOCK = 0x73_6c_75_69_63_65;
const CONNECT_MS = 5_000;

/**
 * Brings the tables of a server up to date, all or nothing. Whoever comes second waits, however long that takes, and
 * finds it done: the lock is given back with the transaction.
 * @returns the names of what was done; none when all of it had been done before
 */
export async function migrate(server: DatabaseServer): Promise<string[]> {
  const database = await connect(server, 1, { connectMs: CONNECT_MS });
  try {
    const runner = database.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    const done = await new MigrationExecutor(database, runner).executePendingMigrations();
    await runner.commitTransaction();
    await runner.release();
    return done.map(({ name }) => name);
  } finally {
    // Whatever was not committed ends with its connection.
    await database.destroy();
  }
}

/** @throws Error that says what to do when the tables are not up to date */
export async function refuseOldTables(database: DataSource): Promise<void> {
  const pending = await new MigrationExecutor(database).getPendingMigrations();
  if (pending.length === 0) return;
  const names = pending.map(({ name }) => name).join(', ');
  const way = 'run `node dist/services/audit/src/migrate.js`, or set DATABASE_MIGRATE=auto';
  throw new Error(`the tables of the read models are not up to date (${names} is missing): ${way}`);
}
