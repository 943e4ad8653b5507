import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { KurrentDbServer, makeCertificates } from '#testing';
import { openEventStore } from '../open.js';
import { type EventStore, NO_STREAM } from '../port.js';

const LOGIN = 'ada:s%40cret%2F%25';
const SECRETS = /s@cret|s%40cret|wr@ng|wr%40ng/;

const event = {
  id: 'event-1',
  type: 'Held.v1',
  at: '2026-01-31T12:00:00.000Z',
  data: {},
  meta: { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' },
} as const;

/** Appends are made by one part of the client, reads by another, and each has to be let in. */
async function writesAndReads(store: EventStore): Promise<void> {
  const commit = { stream: 'release-a', expectedRevision: NO_STREAM, commitId: 'commit-1', events: [event] };
  const appended = await store.append(commit);
  expect(appended).toMatchObject({ outcome: 'appended', revision: 0 });
  const seen = new Promise((resolve) => store.subscribe({}, ({ id }) => resolve(id)));
  expect(await seen).toBe(event.id);
  const read: string[] = [];
  for await (const { id } of store.readStream('release-a')) read.push(id);
  expect(read).toEqual([event.id]);
  await store.saveCheckpoint('reader', 7);
  expect(await store.loadCheckpoint('reader')).toBe(7);
}

describe('a KurrentDB server that has to be trusted, and that trusts nobody', () => {
  let folder: string;
  const [ours, others] = ['certificates of ours', 'certificates of others'];
  const servers: KurrentDbServer[] = [];
  const stores: EventStore[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-access-'));
    for (const name of [ours, others]) {
      await mkdir(join(folder, name));
      await makeCertificates(join(folder, name));
    }
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const file = (name: string, of = ours) => encodeURIComponent(join(folder, of, name));
  const open = async (url: string) => {
    const store = await openEventStore(url, { name: 'access.spec', timeoutMs: 3_000 });
    stores.push(store);
    return store;
  };
  /** The error with which it is not opened, which holds no secret wherever it is looked at. */
  const refusal = async (url: string) => {
    const error = await open(url).then(
      () => new Error('it was opened'),
      (failed: Error) => failed,
    );
    expect(`${error.stack} ${JSON.stringify(error)} ${error.cause}`).not.toMatch(SECRETS);
    return error;
  };
  const start = async (node: Parameters<typeof KurrentDbServer.start>[0] = { login: LOGIN }) => {
    const server = await KurrentDbServer.start({ certificates: join(folder, ours), ...node });
    servers.push(server);
    return server;
  };

  it('is read and written over TLS with a password, whatever characters that has', async () => {
    const { port } = await start();
    const authority = `tls=true&tlsCaFile=${file('ca.crt')}`;
    await writesAndReads(await open(`kurrentdb://${LOGIN}@127.0.0.1:${port}?${authority}`));
  });

  it('is found as a cluster over TLS with a password', async () => {
    const leader = await start();
    const follower = await start({ beside: leader, login: LOGIN });
    follower.follow(leader);
    await writesAndReads(await open(follower.url.replace('kurrentdb://', 'kurrentdb+discover://')));
  });

  it.each([
    ['a wrong password', 'ada:wr%40ng@'],
    ['no password', ''],
  ])('is not opened with %s, and that is for an operator', async (_, credentials) => {
    const { url } = await start();
    const error = await refusal(url.replace(`${LOGIN}@`, credentials));
    expect(error).toMatchObject({ code: 'unsuitable-log', retryable: false });
    expect(error.message).toMatch(/does not know this user and password/);
  });

  it('says so when the password is changed while it is open', async () => {
    const server = await start();
    const store = await open(server.url);
    await server.stop();
    servers.push(
      await KurrentDbServer.start({
        certificates: join(folder, ours),
        beside: server,
        port: server.port,
        login: 'ada:new',
      }),
    );
    // The first call may find the old connection broken.
    await store.head().catch(() => undefined);
    const commit = { stream: 'release-b', expectedRevision: NO_STREAM, commitId: 'commit-1', events: [event] };
    // Whichever fails first: somebody listens to both from the start.
    const calls = [store.head(), store.append(commit)];
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject({ code: 'unsuitable-log' })));
  });

  it.each([
    ['another authority', (url: string) => url.replace(file('ca.crt'), file('ca.crt', others))],
    ['no authority of its own', (url: string) => url.replace(/&tlsCAFile=.*/, '')],
  ])('is not believed with %s: that is for an operator, and nothing was sent', async (_, changed) => {
    const { url } = await start();
    const error = await refusal(changed(url));
    expect(error).toMatchObject({ code: 'unsuitable-log', retryable: false });
    expect(error.message).toMatch(/certificate .*127\.0\.0\.1:\d+ \(SELF_SIGNED_CERT_IN_CHAIN\)/);
  });

  it('is not believed under a name that its certificate does not have', async () => {
    const { url } = await start();
    // The same address, written otherwise.
    const error = await refusal(url.replace('@127.0.0.1:', '@127.1:'));
    expect(error).toMatchObject({ code: 'unsuitable-log' });
    expect(error.message).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('that does not speak TLS, or is not there, is unavailable', async () => {
    const plain = await KurrentDbServer.start();
    servers.push(plain);
    const url = plain.url.replace('tls=false', 'tls=true');
    for (const moment of ['speaks no TLS', 'is not there']) {
      if (moment === 'is not there') await plain.stop();
      expect(await refusal(url)).toMatchObject({ code: 'store-unavailable', retryable: true });
    }
  });

  it('that asks for the certificate of its user is read and written with it, and not without', async () => {
    const { url } = await start({ knowsClients: true });
    const certificate = (of: string) => `${url}&userCertFile=${file('tls.crt', of)}&userKeyFile=${file('tls.key', of)}`;
    await writesAndReads(await open(certificate(ours)));
    for (const without of [url, certificate(others)]) {
      expect(await refusal(without)).toMatchObject({ code: 'store-unavailable' });
    }
  });

  it.each([
    ['an authority that is no file', 'tlsCAFile=missing.crt'],
    ['half of a certificate', 'userCertFile=missing.crt'],
  ])('is not asked with %s', async (_, option) => {
    expect(await refusal(`kurrentdb://${LOGIN}@127.0.0.1:1?${option}`)).toMatchObject({ code: 'invalid-input' });
  });
});
