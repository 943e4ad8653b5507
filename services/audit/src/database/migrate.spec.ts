import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWithPostgres, PostgresServer } from '#testing';
import { connect } from './database-server.js';
import { migrate } from './migrate.js';
import { openDatabase } from './open-database.js';

jest.setTimeout(60_000);

const SIDE_BY_SIDE = 6;

describeWithPostgres('the tables of the read models', () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });

  afterAll(() => server.stop());

  async function tablesOf(url: string): Promise<string[]> {
    const database = await connect({ url }, 1, { connectMs: 5_000 });
    const rows = await database.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`);
    await database.destroy();
    return rows.map(({ tablename }: { tablename: string }) => tablename);
  }

  it('are made once, however many set about it at the same time', async () => {
    const url = await server.create('at_once');

    const done = await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => migrate({ url })));

    expect(done.filter((names) => names.length > 0)).toHaveLength(1);
    expect(done.flat()).toContain('ReadModels1700000000001');
    expect(await tablesOf(url)).toContain('story_entry');
  });

  it('are somebody else’s affair where that is asked for, and then have to be there', async () => {
    const url = await server.create('by_hand');
    const manual = { DATABASE_URL: url, DATABASE_MIGRATE: 'manual', SLUICE_DATA: tmpdir() } as const;

    await expect(openDatabase(manual)).rejects.toThrow('run `node dist/services/audit/src/migrate.js`');
    expect(await tablesOf(url)).toEqual([]);
    await migrate({ url });
    const database = await openDatabase(manual);

    expect(await database.query('SELECT position FROM projection_checkpoint')).toEqual([{ position: '-1' }]);
    await database.destroy();
  });
});
