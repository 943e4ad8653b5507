import type { DataSource, EntityManager } from 'typeorm';

/** What is in the read models. */
export interface Contents {
  readonly entries: number;
  readonly versions: number;
  /** Releases by their state. */
  readonly releases: Readonly<Record<string, number>>;
  /** The same for the same rows, whatever the database. */
  readonly digest: string;
}

/** Counts the rows that come from the log up to a position, and reads every one of them. */
export function contentsOf(database: DataSource, until: number): Promise<Contents> {
  return database.transaction(async (manager) => {
    await manager.query(`SET LOCAL TIME ZONE 'UTC'`);
    const states: { state: string; count: string }[] = await manager.query(
      'SELECT state, count(*) FROM release_summary WHERE submitted_position <= $1 GROUP BY state',
      [until],
    );
    const entries = await readTable(manager, 'story_entry', ['position'], until);
    const versions = await readTable(manager, 'unit_version', ['position', 'step'], until);
    const summaries = await readTable(manager, 'release_summary', ['submitted_position'], until);
    return {
      entries: entries.rows,
      versions: versions.rows,
      releases: Object.fromEntries(states.map(({ state, count }) => [state, Number(count)])),
      digest: [entries, versions, summaries].map(({ digest }) => digest).join(),
    };
  });
}

async function readTable(
  manager: EntityManager,
  table: string,
  order: readonly [string, ...string[]],
  until: number,
): Promise<{ rows: number; digest: string }> {
  const rows = `SELECT md5(one::text) AS row_digest, ${order} FROM ${table} AS one WHERE ${order[0]} <= $1`;
  const [{ count, digest }] = await manager.query(
    `SELECT count(*), md5(string_agg(row_digest, '' ORDER BY ${order})) AS digest FROM (${rows}) AS digests`,
    [until],
  );
  return { rows: Number(count), digest };
}
