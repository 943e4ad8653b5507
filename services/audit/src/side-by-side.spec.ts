import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { describeWithPostgres, type NatsServer, PostgresServer, startNats } from '#testing';
import { AuditProcess } from './spec/audit-process.js';

jest.setTimeout(60_000);

describeWithPostgres('audit services on one PostgreSQL', () => {
  let nats: NatsServer;
  let server: PostgresServer;
  let folder: string;
  const processes: AuditProcess[] = [];

  beforeAll(async () => {
    nats = await startNats();
    server = await PostgresServer.start();
    folder = await mkdtemp(path.join(tmpdir(), 'sluice-audit-'));
  });

  afterEach(async () => {
    for (const audit of processes.splice(0)) await audit.kill();
  });

  afterAll(async () => {
    await server.stop();
    await nats.stop();
    await rm(folder, { recursive: true, force: true });
  });

  function start(url: string, more: Readonly<Record<string, string>> = {}, program?: 'migrate.js'): AuditProcess {
    const audit = new AuditProcess({ NATS_URL: nats.url, SLUICE_DATA: folder, DATABASE_URL: url, ...more }, program);
    processes.push(audit);
    return audit;
  }

  it('come up side by side when the database is empty', async () => {
    const url = await server.create('side_by_side');

    const [one, two] = [start(url, { INSTANCE: 'audit-1' }), start(url, { INSTANCE: 'audit-2' })];

    await Promise.all([one.ready(), two.ready()]);
  });

  it('leave the tables to somebody else when they are told to', async () => {
    const url = await server.create('left_alone');
    const early = start(url, { DATABASE_MIGRATE: 'manual' });
    expect(await early.ended()).toBe(1);
    expect(early.log).toContain('the tables of the read models are not up to date');

    expect(await start(url, {}, 'migrate.js').ended()).toBe(0);

    await start(url, { DATABASE_MIGRATE: 'manual' }).ready();
  });

  it('say which of their settings is wrong', async () => {
    const { PATH = '' } = process.env;
    const audit = new AuditProcess({ PATH, DATABASE_READ_URL: server.url, DATABASE_POOL: 'many' });
    processes.push(audit);

    expect(await audit.ended()).toBe(1);
    expect(audit.log).toContain('DATABASE_POOL');
  });
});
