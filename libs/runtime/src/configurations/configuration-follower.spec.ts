import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ConfigurationKind, decideRegistration, NO_CONFIGURATION } from '#domain';
import { MemoryEventStore, MemoryLog, StoreUnavailable } from '#event-store';
import { until } from '#testing';
import { eventId, sha256 } from '../event-identity.js';
import { ConfigurationFile } from './configuration-file.js';
import { ConfigurationFollower } from './configuration-follower.js';

const KINDS = ['Topology', 'FreezeWindow'] as const;

let log: MemoryLog;
let store: MemoryEventStore;
let registrations = 0;

beforeEach(() => {
  log = new MemoryLog();
  store = new MemoryEventStore(log);
});

/** By another process, which does not tell. */
async function register(kind: ConfigurationKind, name: string, text: string): Promise<number> {
  registrations += 1;
  const registration = `registration-${registrations}`;
  const file = new ConfigurationFile(kind, name);
  await file.catchUp(store);
  const command = { kind, name, text, digest: sha256(text), registration };
  const events = decideRegistration(command, NO_CONFIGURATION).map((event, index) => ({
    ...event,
    id: eventId(file.stream, registration, index),
    at: '2026-01-05T09:00:00.000Z',
    meta: {
      commandId: registration,
      actor: { kind: 'person', id: 'admin' } as const,
      correlationId: registration,
      causationId: registration,
    },
  }));
  const commit = { stream: file.stream, expectedRevision: file.revision, commitId: registration, events };
  const appended = await store.append(commit);
  return appended.revision;
}

class AwayStore extends MemoryEventStore {
  away = false;

  override async readAll(options: Parameters<MemoryEventStore['readAll']>[0]) {
    if (this.away) throw new StoreUnavailable('it is away');
    return super.readAll(options);
  }
}

describe('following registered documents', () => {
  it('knows the newest version of each that stood in the log, by name, and of no other kind', async () => {
    await register('Topology', 'us', '1');
    await register('Topology', 'eu', '1');
    await register('Topology', 'eu', '2');
    await register('Environment', 'staging', '1');
    const follower = new ConfigurationFollower(store, KINDS);
    await follower.start();
    expect(follower.list('Topology').map(({ name, text }) => [name, text])).toEqual([
      ['eu', '2'],
      ['us', '1'],
    ]);
    expect(follower.list('Environment')).toEqual([]);
    await follower.stop();
  });

  it('tells of each version that is registered later, once it is whole, and of none that stood there', async () => {
    await register('Topology', 'eu', '1');
    const heard: string[] = [];
    const follower = new ConfigurationFollower(store, KINDS, (kind, name) => heard.push(`${kind} ${name}`));
    await follower.start();
    await register('FreezeWindow', 'weekend', 'x'.repeat(70_000));
    await until('it is told', () => heard.length > 0);
    expect(heard).toEqual(['FreezeWindow weekend']);
    expect(follower.list('FreezeWindow')).toMatchObject([{ name: 'weekend', revision: 3 }]);
    await follower.stop();
  });

  it('tells of a version also when it was read before the subscription brought it', async () => {
    const heard: string[] = [];
    const follower = new ConfigurationFollower(store, KINDS, (kind, name) => heard.push(`${kind} ${name}`));
    await follower.start();
    await register('Topology', 'eu', '1');
    await follower.readOn('Topology');
    expect(follower.list('Topology')).toMatchObject([{ name: 'eu', text: '1' }]);
    await until('it is told', () => heard.length > 0);
    expect(heard).toEqual(['Topology eu']);
    await follower.stop();
  });

  it('reads on to what the log has now, also without a subscription, in as many pages as it takes', async () => {
    const follower = new ConfigurationFollower(store, KINDS);
    for (let version = 1; version <= 150; version += 1) await register('FreezeWindow', 'weekend', `${version}`);
    await follower.readOn('FreezeWindow');
    expect(follower.list('FreezeWindow')).toMatchObject([{ name: 'weekend', text: '150' }]);
  });

  it('says so when the log is away, rather than that there is nothing', async () => {
    const away = new AwayStore(log);
    const follower = new ConfigurationFollower(away, KINDS);
    await follower.start();
    away.away = true;
    await expect(follower.readOn('FreezeWindow')).rejects.toBeInstanceOf(StoreUnavailable);
    await follower.stop();
  });

  it('has the version that a release pinned, after newer ones too', async () => {
    const first = await register('Topology', 'eu', '1');
    const second = await register('Topology', 'eu', '2');
    const follower = new ConfigurationFollower(store, KINDS);
    expect(await follower.pinned('Topology', 'eu', first)).toMatchObject({ text: '1' });
    expect(await follower.current('Topology', 'eu')).toMatchObject({ text: '2', revision: second });
    expect(await follower.pinned('Topology', 'eu', second - 1)).toBeNull();
    expect(await follower.current('Topology', 'nowhere')).toBeNull();
  });
});
