import { access, cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory } from '@nestjs/microservices';
import { type EventStore, openEventStore } from '#event-store';
import { Asking, AUDIT, natsClient } from '#messaging';
import { freePorts, type NatsServer, startNats } from '#testing';
import { EmbeddedPostgres } from './database/embedded-postgres.js';
import { AuditProcess } from './spec/audit-process.js';
import { Copies } from './spec/copies.js';
import { badRelease } from './spec/histories.js';
import { until } from './spec/until.js';
import { World } from './spec/world.js';

const META = { commandId: 'c-1', actor: { id: 'admin', roles: ['admin'] }, correlationId: 'c-1' };
/** An empty database: making one takes seconds, copying it does not. */
let made: string;
let nats: NatsServer;
let data: string;
let store: EventStore;
let client: ClientProxy;
let asking: Asking;
let processes: AuditProcess[];

beforeAll(async () => {
  Logger.overrideLogger(false);
  made = await mkdtemp(path.join(tmpdir(), 'sluice-audit-made-'));
  const postgres = await EmbeddedPostgres.start(made);
  await postgres.stop();
}, 60_000);

afterAll(() => rm(made, { recursive: true, force: true }));

beforeEach(async () => {
  processes = [];
  nats = await startNats();
  data = await mkdtemp(path.join(tmpdir(), 'sluice-audit-'));
  await cp(made, path.join(data, 'audit'), { recursive: true });
  store = await openEventStore(nats.url, { name: 'spec' });
  client = ClientProxyFactory.create(natsClient({ url: nats.url, name: 'spec' }));
  asking = new Asking(client, 20_000);
}, 20_000);

afterEach(async () => {
  for (const audit of processes) await audit.kill();
  await client.close();
  await store.close();
  await nats.stop();
  await rm(data, { recursive: true, force: true });
}, 20_000);

function start(more: Readonly<Record<string, string>> = {}): AuditProcess {
  const audit = new AuditProcess({ NATS_URL: nats.url, SLUICE_DATA: data, ...more });
  processes.push(audit);
  return audit;
}

async function startReady(): Promise<AuditProcess> {
  const audit = start();
  await audit.ready();
  return audit;
}

describe('the audit service', () => {
  it('tells whoever runs it that it is ready, and how far its read models are behind the log', async () => {
    const [port] = await freePorts(1);
    const audit = start({ OPERATIONS: `127.0.0.1:${port}` });
    await audit.ready();
    const [readiness, figures] = await Promise.all(
      ['readyz', 'metrics'].map(async (path) => (await fetch(`http://127.0.0.1:${port}/${path}`)).text()),
    );
    expect(readiness).toBe('ready\n');
    for (const name of ['sluice_projection_lag_seconds', 'sluice_log_position', 'sluice_append_duration_seconds'])
      expect(figures).toContain(name);
    expect(figures).toContain('service="audit"');
    await audit.kill('SIGTERM');
  }, 30_000);

  it('runs on, and does not take part, while NATS is away, and tells its figures all the same', async () => {
    const [port] = await freePorts(1);
    const audit = start({ OPERATIONS: `127.0.0.1:${port}` });
    await audit.ready();
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}/${path}`)).status;
    await nats.kill();
    await until('it does not take part', async () => (await ask('readyz')) === 503);
    expect(await ask('healthz')).toBe(200);
    expect(await ask('metrics')).toBe(200);
    await nats.restart();
    await until('it takes part again', async () => (await ask('readyz')) === 200);
  }, 60_000);

  it('answers everything that it is asked over NATS', async () => {
    await startReady();
    await badRelease(new World(store));

    const { releases } = await until('summary of a release that was rolled back', async () => {
      const list = await asking.ask(AUDIT.listReleases, { limit: 10 });
      return list.releases[0]?.state === 'rolled-back' && list;
    });
    expect(releases).toMatchObject([{ id: 'bad', state: 'rolled-back' }]);
    const story = await asking.ask(AUDIT.auditRelease, { release: 'bad', after: -1, limit: 1_000 });
    expect(story.entries.at(-1)).toMatchObject({ sentence: 'the release is rolled back: 3 units' });
    expect(await asking.ask(AUDIT.auditUnit, { unit: 'eu-1-a', limit: 10 })).toMatchObject({
      running: { version: '1.0.0', how: 'rolled-back', actor: { kind: 'rule', id: 'RBK-2' } },
    });
    expect(await asking.ask(AUDIT.auditActor, { actor: 'olga', limit: 10 })).toMatchObject({
      entries: [{ type: 'ReleaseStarted.v1' }],
    });
    expect(await asking.ask(AUDIT.checkIntegrity, {})).toMatchObject({ ok: true, streams: 1, events: 33 });
    expect(await asking.ask(AUDIT.checkIntegrity, { release: 'bad' })).toMatchObject({ ok: true });
    expect(await asking.ask(AUDIT.rebuild, { meta: META })).toMatchObject({ events: 33 });
    expect(await asking.ask(AUDIT.auditRelease, { release: 'bad', after: -1, limit: 1_000 })).toEqual(story);
    await expect(asking.ask(AUDIT.auditRelease, { release: 'none', after: -1, limit: 1 })).rejects.toMatchObject({
      problem: { kind: 'not-found', code: 'UNKNOWN_RELEASE' },
    });
    await expect(asking.ask(AUDIT.auditUnit, { unit: 'a\0b', limit: 1 })).rejects.toMatchObject({
      problem: { kind: 'invalid' },
    });
  }, 60_000);

  it('comes up and goes on however often it is killed while it projects', async () => {
    const RELEASES = 120;
    const copies = await Copies.of(store);
    let audit = await startReady();
    const writing = (async () => {
      for (let number = 1; number <= RELEASES; number += 1) await copies.write(`r-${number}`);
    })();

    for (const reached of [5, 40]) {
      await until(`projection of ${reached} releases`, async () => {
        const { releases } = await asking.ask(AUDIT.listReleases, { limit: 1_000 });
        return releases.length >= reached;
      });
      await audit.kill();
      audit = await startReady();
    }
    await writing;

    const list = await until('projection of all releases', async () => {
      const { releases } = await asking.ask(AUDIT.listReleases, { limit: 1_000 });
      return releases.length === RELEASES && releases.every(({ state }) => state === 'completed') && releases;
    });
    expect(list.map(({ id }) => id)).toEqual(Array.from({ length: RELEASES }, (_, index) => `r-${RELEASES - index}`));
    for (const { id } of list) {
      const { entries } = await asking.ask(AUDIT.auditRelease, { release: id, after: -1, limit: 100 });
      expect(entries.map(({ revision }) => revision)).toEqual(
        Array.from({ length: copies.length }, (_, index) => index),
      );
    }
    expect(await asking.ask(AUDIT.checkIntegrity, {})).toMatchObject({
      ok: true,
      streams: RELEASES,
      events: RELEASES * copies.length,
    });
  }, 120_000);

  it('comes up after it was killed while its database was being made', async () => {
    await rm(path.join(data, 'audit'), { recursive: true });
    const audit = start();
    await until('database in the making', async () => {
      const files = await readdir(path.join(data, 'audit', 'pglite')).catch(() => []);
      return files.length > 0;
    });
    await audit.kill();
    await expect(access(path.join(data, 'audit', 'created'))).rejects.toThrow('ENOENT');

    await startReady();

    expect(await asking.ask(AUDIT.listReleases, { limit: 1 })).toEqual({ releases: [], next: null });
  }, 60_000);

  it('does not touch a database that another one has open', async () => {
    await startReady();

    const second = start();

    expect(await second.ended()).toBe(1);
    expect(second.log).toContain('another audit service has the database');
    expect(await asking.ask(AUDIT.listReleases, { limit: 1 })).toEqual({ releases: [], next: null });
  }, 60_000);

  it('ends in good order when it is asked to, and has nothing to do again', async () => {
    await badRelease(new World(store));
    const audit = await startReady();
    await audit.kill('SIGTERM');
    expect(audit.log).toContain('"events":33');

    const again = await startReady();

    expect(again.log).toContain('"events":0');
    expect(await asking.ask(AUDIT.listReleases, { limit: 1 })).toMatchObject({ releases: [{ id: 'bad' }] });
  }, 60_000);

  it('says which variable of its environment is wrong', async () => {
    const audit = new AuditProcess({ NATS_URL: nats.url, SLUICE_DATA: data, DATABASE_URL: 'mysql://nowhere' });
    processes.push(audit);

    expect(await audit.ended()).toBe(1);
    expect(audit.log).toContain('DATABASE_URL');
  }, 30_000);
});
