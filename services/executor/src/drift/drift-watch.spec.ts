import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { decideRegistration, NO_CONFIGURATION } from '#domain';
import { MemoryEventStore } from '#event-store';
import { ConfigurationFile, eventId, ReleaseBook, sha256, systemClock } from '#runtime';
import { until } from '#testing';
import { by, submissionOf, topologyOf } from '../surroundings/releases.spec-support.js';
import { DriftWatch } from './drift-watch.js';

type Zones = Readonly<Record<string, readonly string[]>>;
const BEFORE: Zones = { eu: ['eu-a', 'eu-b'], us: ['us-a', 'us-b'] };
const WITH_ONE_MORE: Zones = { ...BEFORE, eu: ['eu-a', 'eu-b', 'eu-c'] };

let store: MemoryEventStore;
let book: ReleaseBook;
let watch: DriftWatch;
let heard: string[];
let pinned: number;

beforeEach(async () => {
  store = new MemoryEventStore();
  book = new ReleaseBook(store, systemClock);
  watch = new DriftWatch(store, book);
  heard = [];
  pinned = await register(BEFORE);
  await watch.start((topology) => heard.push(topology));
});
afterEach(() => watch.stop());

/** By the planner, which is another process. */
async function register(zones: Zones): Promise<number> {
  const { commandId: registration } = by('person', 'admin');
  const file = new ConfigurationFile('Topology', 'production');
  await file.catchUp(store);
  const text = JSON.stringify(topologyOf(zones));
  const command = { kind: 'Topology', name: 'production', text, digest: sha256(text), registration } as const;
  const actor = { kind: 'person', id: 'admin' } as const;
  const meta = { commandId: registration, actor, correlationId: registration, causationId: registration };
  const events = decideRegistration(command, NO_CONFIGURATION).map((event, index) => {
    return { ...event, id: eventId(file.stream, registration, index), at: '2026-01-05T09:00:00.000Z', meta };
  });
  const commit = { stream: file.stream, expectedRevision: file.revision, commitId: registration, events };
  return (await store.append(commit)).revision;
}

async function changeTo(zones: Zones): Promise<number> {
  const before = heard.length;
  const revision = await register(zones);
  await until('it is heard of', () => heard.length > before);
  return revision;
}

/** Submitted over a topology of these zones, and started. */
async function started(release: string, clusters: string[], zones = BEFORE): Promise<void> {
  const submission = submissionOf(release, clusters, { topology: topologyOf(zones), revision: pinned });
  await book.order(release, submission, by('person', 'author'));
  await book.order(release, { type: 'start' }, by('person', 'operator'));
}

const newsFor = async (release: string) => watch.newsFor(await book.fresh(release));

describe('a topology of which a newer version is registered', () => {
  it('is news for a release that runs over it, once', async () => {
    await started('r1', ['eu']);
    expect(await newsFor('r1')).toBeNull();
    const revision = await changeTo(WITH_ONE_MORE);
    expect(heard).toEqual(['production']);
    expect(await newsFor('r1')).toMatchObject({
      type: 'report-drift',
      revision,
      added: [{ cluster: 'eu', units: [{ id: 'eu-c' }] }],
      removed: [],
      taken: [],
    });
    expect(await newsFor('r1')).toBeNull();
    watch.forgotten('r1');
    expect(await newsFor('r1')).toMatchObject({ revision });
  });

  it('is none for a release that it changes nothing for, nor for one that does not run', async () => {
    await started('r1', ['us']);
    await started('r2', ['eu']);
    await book.order('r2', { type: 'abort' }, by('person', 'operator'));
    await changeTo(WITH_ONE_MORE);
    expect(await newsFor('r1')).toBeNull();
    expect(await newsFor('r2')).toBeNull();
  });

  it('is known to an executor that starts later, as long as the release has not heard of it', async () => {
    await started('r1', ['eu']);
    const revision = await changeTo(WITH_ONE_MORE);
    const next = new DriftWatch(store, book);
    await next.start(() => undefined);
    const report = next.newsFor(await book.fresh('r1'));
    if (!report) throw new Error('there is no news');
    await book.order('r1', report, by('service', 'executor'));
    expect((await book.fresh('r1')).state).toMatchObject({ status: 'held', drift: { revision, added: 1 } });
    await next.stop();
    const last = new DriftWatch(store, book);
    await last.start(() => undefined);
    expect(last.newsFor(await book.fresh('r1'))).toBeNull();
    await last.stop();
  });

  it('says which of the units that came belong to another release', async () => {
    await started('r1', ['eu']);
    await started('r2', ['us'], { us: ['us-a', 'us-b', 'eu-c'] });
    await changeTo(WITH_ONE_MORE);
    expect(await newsFor('r1')).toMatchObject({ taken: ['eu-c'] });
  });

  it('waits while a release is on its way back, which takes nothing up', async () => {
    await started('r1', ['eu']);
    await book.order('r1', { type: 'advance' }, by('service', 'executor'));
    const before = { version: '1', healthy: true };
    await book.order('r1', { type: 'begin-unit', batch: 'eu.1', unit: 'eu-a', before }, by('service', 'executor'));
    await book.order('r1', { type: 'roll-back', batch: 'eu.1' }, by('person', 'operator'));
    await changeTo(WITH_ONE_MORE);
    expect(await newsFor('r1')).toBeNull();
    await book.order('r1', { type: 'abort' }, by('person', 'operator'));
    expect(await newsFor('r1')).toBeNull();
  });
});
