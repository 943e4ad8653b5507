import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection, nkeys } from '@nats-io/transport-node';
import { z } from 'zod';
import { type NatsFiles, NO_STREAM, openEventStore, serviceConnection, UnusableCredentials } from '#event-store';
import { freePorts, makeCertificates, type NatsServer, startNats, until } from '#testing';
import { createPlane } from '../../deploy/local/plane.mjs';
import { Operator, seedOf } from './nats-credentials.spec-support.js';

let folder: string;
const Connections = z.object({ connections: z.array(z.object({ authorized_user: z.string() })) });
const connections: NatsConnection[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-credentials-'));
});

afterEach(async () => {
  await Promise.all(connections.splice(0).map((connection) => connection.close()));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(text: string, name = 'credentials'): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

async function connected(url: string, files: NatsFiles): Promise<NatsConnection> {
  const settings = serviceConnection(url, 'planner', files);
  const connection = await connect({ ...settings, reconnectTimeWait: 50, maxReconnectAttempts: -1 });
  connections.push(connection);
  return connection;
}

/** A server with a port for questions about its connections. */
async function startAsked(
  config: string,
): Promise<{ nats: NatsServer; userOf: (of: NatsConnection) => Promise<string> }> {
  const [port] = await freePorts(1);
  const nats = await startNats({ config: `http: "127.0.0.1:${port}"\n${config}` });
  /** Who the server takes the client for: the public key of the user. */
  const userOf = async ({ info }: NatsConnection) => {
    if (info === undefined) return 'nobody, it is not connected';
    const answer = await fetch(`http://127.0.0.1:${port}/connz?auth=1&cid=${info.client_id}`);
    return Connections.parse(await answer.json()).connections[0]?.authorized_user ?? 'nobody, it has gone';
  };
  return { nats, userOf };
}

describe('a NATS server that knows its users by their NKeys', () => {
  const [first, second] = [nkeys.createUser(), nkeys.createUser()];
  let nats: NatsServer;
  let userOf: (connection: NatsConnection) => Promise<string>;
  beforeAll(async () => {
    const users = [first, second].map((pair) => `{ nkey: ${pair.getPublicKey()} }`);
    ({ nats, userOf } = await startAsked(`authorization { users: [${users.join(', ')}] }`));
  });
  afterAll(() => nats.stop());

  it('lets in who has the seed of one of them in a file, and nobody else', async () => {
    const credentials = await fileOf(`${seedOf(first)}\n`);
    expect(await userOf(await connected(nats.url, { credentials }))).toBe(first.getPublicKey());
    await expect(connected(nats.url, {})).rejects.toThrow(/authorization/i);
    const stranger = await fileOf(seedOf(nkeys.createUser()), 'stranger');
    await expect(connected(nats.url, { credentials: stranger })).rejects.toThrow(/authorization/i);
  });

  it('keeps the log for whoever it lets in', async () => {
    const credentials = await fileOf(seedOf(first));
    const store = await openEventStore(nats.url, { name: 'planner', files: { credentials } });
    const meta = { commandId: 'c', actor: { kind: 'rule', id: 'r' }, correlationId: 'c', causationId: 'c' } as const;
    const event = { id: 'e', type: 'Held.v1', at: '2026-01-31T12:00:00.000Z', data: {}, meta };
    const commit = { stream: 'release-a', expectedRevision: NO_STREAM, commitId: 'c', events: [event] };
    expect(await store.append(commit)).toMatchObject({ outcome: 'appended' });
    await store.close();
  });

  it('sees what was put in the place of a file from the next connection on', async () => {
    const credentials = await fileOf(seedOf(first), 'rotated');
    const connection = await connected(nats.url, { credentials });
    await fileOf(seedOf(second), 'rotated');
    await connection.reconnect();
    await until('it is somebody else', async () => (await userOf(connection)) === second.getPublicKey());
  });

  it('is found again by whoever has lost the file meanwhile, as who they were', async () => {
    const credentials = await fileOf(seedOf(first), 'lost');
    const connection = await connected(nats.url, { credentials });
    await rm(credentials);
    await nats.restart();
    await until('it is back', async () => (await userOf(connection)) === first.getPublicKey());
  });

  it('has all five services connect, everywhere, with one file', async () => {
    const NATS_CREDENTIALS = await fileOf(seedOf(first), 'of-the-plane');
    const env = { PATH: process.env.PATH, NATS_CREDENTIALS };
    const plane = await createPlane({ data: join(folder, 'data'), natsUrl: nats.url, supervised: false, env });
    plane.start();
    try {
      await plane.ready();
      const manager = await connected(nats.url, { credentials: NATS_CREDENTIALS });
      const feed = async () => (await manager.request('$JS.API.STREAM.NAMES', '')).json<{ streams: string[] }>();
      await until('the feed is there', async () => (await feed()).streams.includes('SLUICE_EVENTS'));
    } finally {
      await plane.stop();
    }
  }, 90_000);
});

describe('a NATS server that believes what an operator has signed', () => {
  const operator = new Operator();
  let nats: NatsServer;
  let userOf: (connection: NatsConnection) => Promise<string>;
  beforeAll(async () => {
    ({ nats, userOf } = await startAsked(operator.config));
  });
  afterAll(() => nats.stop());

  it('lets in who has the JWT and the seed of a user in a file', async () => {
    const credentials = await fileOf(operator.newUser());
    const store = await openEventStore(nats.url, { name: 'planner', files: { credentials } });
    await store.saveCheckpoint('planner-releases', { position: 7 });
    expect(await store.loadCheckpoint('planner-releases')).toEqual({ position: 7 });
    await store.close();
  });

  it('lets in nobody whom another operator vouches for', async () => {
    const credentials = await fileOf(new Operator().newUser());
    await expect(connected(nats.url, { credentials })).rejects.toThrow(/authorization/i);
  });

  it('finds a user again whose JWT came to its end, with the one that was put in its place', async () => {
    const credentials = await fileOf(operator.newUser(3), 'short');
    const connection = await connected(nats.url, { credentials });
    const before = await userOf(connection);
    expect(before).toMatch(/^U/);
    await fileOf(operator.newUser(), 'short');
    await until(
      'it is somebody else',
      async () => !['nobody', before].includes((await userOf(connection)).split(',')[0] ?? ''),
    );
  });
});

describe('a NATS server that verifies the certificates of its clients', () => {
  let nats: NatsServer;
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    await makeCertificates(folder);
    const files = `cert_file: "${at('tls.crt')}", key_file: "${at('tls.key')}", ca_file: "${at('ca.crt')}"`;
    nats = await startNats({ config: `tls { ${files}, verify: true }` });
  });
  afterAll(() => nats.stop());

  it('lets in who has one, and trusts the authority that vouches for the server', async () => {
    const files = { ca: at('ca.crt'), certificate: at('tls.crt'), key: at('tls.key') };
    const connection = await connected(nats.url, files);
    expect(connection.info?.tls_required).toBe(true);
    await connection.flush();
  });

  it('lets in nobody without, and is not trusted by who does not know the authority', async () => {
    await expect(connected(nats.url, { ca: at('ca.crt') })).rejects.toThrow();
    const stranger = { certificate: at('tls.crt'), key: at('tls.key') };
    await expect(connected(nats.url, stranger)).rejects.toThrow(/certificate/);
  });
});

describe('a file of credentials that is of no use', () => {
  const seed = seedOf(nkeys.createUser());
  const user = new Operator().newUser();

  it.each([
    ['is empty', ''],
    ['is something else', `password: ${seed}`],
    ['has a seed with a mistake', `${seed.slice(0, -1)}${seed.endsWith('A') ? 'B' : 'A'}`],
    ['is of an account and not of a user', seedOf(nkeys.createAccount())],
    ['lacks the seed', user.slice(0, user.indexOf('*****'))],
    ['lacks the JWT', user.slice(user.indexOf('-----BEGIN USER'))],
  ])('and %s is refused in one sentence without a secret', async (_, text) => {
    const credentials = await fileOf(text, 'useless');
    const refusal = refusalOf({ credentials });
    expect(refusal).toBe(`${credentials} is no NATS credential: it has to hold a user's JWT and seed, or a seed alone`);
  });

  it('and is not there, or not a file, is named', () => {
    const missing = join(folder, 'missing');
    expect(refusalOf({ credentials: missing })).toBe(`${missing} cannot be read (ENOENT): NATS asks for what it holds`);
    expect(refusalOf({ ca: missing })).toMatch(/missing cannot be read \(ENOENT\)/);
    expect(refusalOf({ credentials: folder })).toMatch(/cannot be read \(EISDIR\)/);
  });

  it('and is a certificate without its key is refused', async () => {
    const certificate = await fileOf('', 'a certificate');
    expect(refusalOf({ certificate })).toMatch(/of no use without its key/);
  });
});

function refusalOf(files: NatsFiles): string {
  try {
    serviceConnection('nats://nowhere', 'planner', files);
  } catch (error) {
    if (error instanceof UnusableCredentials) return error.message;
    throw error;
  }
  return 'nothing';
}
