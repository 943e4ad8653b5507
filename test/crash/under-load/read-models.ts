import { Client } from 'pg';

/** The tables of the audit, and what their rows are told apart by. */
const TABLES = {
  release_summary: 'release',
  story_entry: 'stream, revision',
  unit_version: 'unit, position, step',
  projection_checkpoint: 'name',
} as const;

/** Every row of every read model, as the database has it. */
export async function dumpReadModels(url: string): Promise<Record<keyof typeof TABLES, unknown[]>> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const dump: Record<string, unknown[]> = {};
    for (const [table, key] of Object.entries(TABLES)) {
      dump[table] = (await client.query(`SELECT * FROM ${table} ORDER BY ${key}`)).rows;
    }
    return dump as Record<keyof typeof TABLES, unknown[]>;
  } finally {
    await client.end();
  }
}
