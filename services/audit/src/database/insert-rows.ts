import type { EntityManager, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { storableJsonText } from './storable.js';

/**
 * Inserts many rows with one parameter: the rows as JSON, taken apart by the database. TypeORM's own insert makes a
 * parameter of each value, which costs more than all the rest.
 * @param isThere what becomes of a row whose key is there already: it stays as it is, or the new one takes its place
 */
export async function insertRows<Row extends ObjectLiteral>(
  manager: EntityManager,
  table: EntityTarget<Row>,
  rows: readonly Row[],
  isThere: 'keep' | 'replace' = 'keep',
): Promise<void> {
  if (rows.length === 0) return;
  const metadata = manager.connection.getMetadata(table);
  const { tableName } = metadata;
  const values = `SELECT * FROM json_populate_recordset(NULL::${tableName}, $1::json)`;
  const conflict = isThere === 'keep' ? 'DO NOTHING' : replacing(metadata);
  const text = storableJsonText(named(rows, metadata));
  await manager.query(`INSERT INTO ${tableName} ${values} ON CONFLICT ${conflict}`, [text]);
}

/** The rows with the database's names for the columns. In a loop of its own: it runs for every value of every row. */
function named(rows: readonly ObjectLiteral[], { columns }: EntityMetadata): object[] {
  return rows.map((row) => {
    const values: Record<string, unknown> = {};
    for (const { databaseName, propertyName } of columns) values[databaseName] = row[propertyName];
    return values;
  });
}

function replacing({ primaryColumns, nonVirtualColumns }: EntityMetadata): string {
  const key = primaryColumns.map(({ databaseName }) => databaseName);
  const others = nonVirtualColumns.filter(({ isPrimary }) => !isPrimary);
  const changes = others.map(({ databaseName }) => `${databaseName} = EXCLUDED.${databaseName}`);
  return `(${key.join(', ')}) DO UPDATE SET ${changes.join(', ')}`;
}
