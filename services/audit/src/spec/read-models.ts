import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../database/open-database.js';
import { ROWS } from '../database/tables.js';
import { emptyReadModels } from '../projection/write-events.js';

/** Real read models in a database of their own. Making one takes seconds: a spec has one, and empties it. */
export class ReadModels {
  private constructor(
    readonly database: DataSource,
    private readonly folder: string,
  ) {}

  /** @param url of a PostgreSQL server; embedded when absent */
  static async open(url?: string): Promise<ReadModels> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sluice-audit-'));
    return new ReadModels(await openDatabase({ DATABASE_URL: url, SLUICE_DATA: folder }), folder);
  }

  empty(): Promise<void> {
    return emptyReadModels(this.database);
  }

  /** Every row of every table, in an order that does not depend on when it was written. */
  async dump(): Promise<Record<string, unknown[]>> {
    const tables: Record<string, unknown[]> = {};
    for (const rows of ROWS) {
      const { tableName, primaryColumns } = this.database.getMetadata(rows);
      const key = primaryColumns.map(({ databaseName }) => databaseName).join(', ');
      tables[tableName] = await this.database.query(`SELECT * FROM ${tableName} ORDER BY ${key}`);
    }
    return tables;
  }

  async close(): Promise<void> {
    await this.database.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}
