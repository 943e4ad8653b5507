import type { DataSource } from 'typeorm';
import { MOST_A_GROUP } from '../../../services/audit/src/projection/projection-run.js';

/**
 * What anybody would do: the rows of the story once more, into a table like theirs, with its indexes, by multi-row
 * INSERTs of as many rows as the projection writes at once, a transaction for each.
 */
export async function bareInserts(database: DataSource): Promise<{ rows: number; seconds: number }> {
  await database.query('CREATE TABLE bench_yardstick (LIKE story_entry INCLUDING ALL)');
  const rows: Record<string, unknown>[] = await database.query('SELECT * FROM story_entry ORDER BY position');
  const columns = Object.keys(rows[0] ?? {});
  const began = performance.now();
  for (let from = 0; from < rows.length; from += MOST_A_GROUP) {
    const group = rows.slice(from, from + MOST_A_GROUP);
    const values = group.flatMap((row) => columns.map((column) => row[column]));
    const tuples = group.map((_, row) => `(${columns.map((_, column) => `$${row * columns.length + column + 1}`)})`);
    await database.transaction((manager) =>
      manager.query(`INSERT INTO bench_yardstick (${columns}) VALUES ${tuples}`, values),
    );
  }
  const seconds = (performance.now() - began) / 1_000;
  await database.query('DROP TABLE bench_yardstick');
  return { rows: rows.length, seconds };
}
