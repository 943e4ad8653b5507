import { once } from 'node:events';
import { afterEach, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { describeWithPostgres, PostgresServer } from './postgres-server.js';

// Three starts of a real server, on machines that do something else as well.
jest.setTimeout(60_000);

async function connected(server: PostgresServer): Promise<Client> {
  const client = new Client({ connectionString: server.url });
  await client.connect();
  return client;
}

async function query(server: PostgresServer, sql: string): Promise<unknown[]> {
  const client = await connected(server);
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

describeWithPostgres('a PostgreSQL server for tests', () => {
  let server: PostgresServer | undefined;

  afterEach(() => server?.stop());

  it('comes back with its data on its port, after a good end and after a crash in the middle of a question', async () => {
    server = await PostgresServer.start();
    const { url } = server;
    await query(server, 'CREATE TABLE kept AS SELECT 1 AS number');
    await server.restart();
    await query(server, 'INSERT INTO kept VALUES (2)');

    const client = await connected(server);
    const broken = once(client, 'error');
    const answer = expect(client.query('SELECT pg_sleep(60)')).rejects.toThrow('Connection terminated unexpectedly');
    await server.kill();
    await Promise.all([answer, broken]);
    await server.restart();

    expect(server.url).toBe(url);
    expect(await query(server, 'SELECT number FROM kept ORDER BY number')).toEqual([{ number: 1 }, { number: 2 }]);
  });
});
