import { createLogger, main, parseConfig } from '#runtime';
import { AuditConfig } from './config.js';
import { migrate } from './database/migrate.js';

/** Brings the read models' tables up to date, and ends. For whoever has that done before the service starts. */
main('audit', async () => {
  const { DATABASE_URL: url, DATABASE_CA: ca, LOG_LEVEL } = parseConfig(AuditConfig, process.env);
  if (url === undefined) throw new Error('DATABASE_URL is not set; the service looks after its own database itself');
  const migrations = await migrate({ url, ca });
  createLogger('audit', LOG_LEVEL).info({ migrations }, 'the tables of the read models are up to date');
});
