import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { storableJson } from './storable.js';

/**
 * Inserts many rows with one parameter: the rows as JSON, taken apart by the database. A row that is there already
 * stays as it is. TypeORM's own insert makes a parameter of each value, which costs more than all the rest.
 */
export async function insertRows<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntityTarget<Row>,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  const { tableName, columns } = manager.connection.getMetadata(table);
  const named = rows.map((row) =>
    Object.fromEntries(
      columns.map(({ databaseName, propertyName }) => [databaseName, storableJson(row[propertyName])]),
    ),
  );
  const values = `SELECT * FROM jsonb_populate_recordset(NULL::${tableName}, $1::jsonb)`;
  await manager.query(`INSERT INTO ${tableName} ${values} ON CONFLICT DO NOTHING`, [JSON.stringify(named)]);
}
