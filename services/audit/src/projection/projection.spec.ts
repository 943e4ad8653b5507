import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import {
  type EventHandler,
  type EventStore,
  MemoryEventStore,
  type NewEvent,
  type SubscribeOptions,
} from '#event-store';
import { createLogger } from '#runtime';
import { badRelease, everythingElse, goodRelease, stagedRelease } from '../spec/histories.js';
import { ReadModels } from '../spec/read-models.js';
import { World } from '../spec/world.js';
import { Projection } from './projection.js';
import { ProjectionRun } from './projection-run.js';
import { ReadModelsMovedBack, writeEvents } from './write-events.js';

// A real database, on machines that do something else as well.
jest.setTimeout(60_000);

const LOGGER = createLogger('audit', 'silent');
let models: ReadModels;
const running: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  models = await ReadModels.open();
});

afterEach(async () => {
  for (const run of running.splice(0)) await run.stop();
  await models.empty();
});

afterAll(() => models.close());

async function project(store: EventStore): Promise<ProjectionRun> {
  const run = await ProjectionRun.start(store, models.database);
  running.push(run);
  await run.caughtUp();
  return run;
}

async function aWorld(...histories: ((world: World) => Promise<void>)[]): Promise<World> {
  const world = new World(new MemoryEventStore());
  for (const history of histories) await history(world);
  return world;
}

async function eventsOf(store: EventStore) {
  return store.readAll({ limit: 10_000 });
}

/** A log of which nobody hears any more once it has fallen silent, as over a connection that went without a word. */
class FallingSilent extends MemoryEventStore {
  isSilent = false;

  override subscribe(options: SubscribeOptions, handler: EventHandler) {
    return super.subscribe(options, async (event) => {
      if (!this.isSilent) await handler(event);
    });
  }
}

async function gauge(metrics: Registry, name: string): Promise<number> {
  const line = (await metrics.getSingleMetricAsString(name)).split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

function anEvent(id: string, type: string, data: unknown, reason: string): NewEvent {
  const meta = {
    commandId: id,
    actor: { kind: 'person', id: 'eve' },
    reason,
    correlationId: id,
    causationId: id,
  } as const;
  return { id, type, at: '2026-03-01T09:00:00.000Z', data, meta };
}

describe('the projection', () => {
  it('summarises each release as it stands', async () => {
    const { store } = await aWorld(goodRelease, badRelease, everythingElse);

    await project(store);

    const rows = await models.database.query(
      'SELECT release, version, state, author, started_by, turned_by, turned_because FROM release_summary ORDER BY 1',
    );
    const nobody = { turned_by: null, turned_because: null };
    expect(rows).toEqual([
      {
        release: 'bad',
        version: '3.0.0',
        state: 'rolled-back',
        author: 'ada',
        started_by: 'olga',
        turned_by: 'RBK-2',
        turned_because: 'errors: 40 of 100 requests failed, 3 before',
      },
      { release: 'good', version: '2.0.0', state: 'completed', author: 'ada', started_by: 'olga', ...nobody },
      { release: 'regretted', version: '2.0.0', state: 'withdrawn', author: 'ada', started_by: null, ...nobody },
      {
        release: 'silent',
        version: '2.2.0',
        state: 'aborted',
        author: 'ada',
        started_by: 'olga',
        turned_by: 'olga',
        turned_because: 'nobody looked',
      },
      {
        release: 'unphased',
        version: '2.1.0',
        state: 'rolled-back',
        author: 'ada',
        started_by: 'olga',
        turned_by: 'sven',
        turned_because: 'the host is back',
      },
      { release: 'unwanted', version: '2.0.0', state: 'rejected', author: 'ada', started_by: null, ...nobody },
    ]);
  });

  it('keeps a line for every event but the pieces of a document', async () => {
    const { store } = await aWorld(goodRelease, badRelease, stagedRelease, everythingElse);

    await project(store);

    const told = (await eventsOf(store)).filter(({ type }) => type !== 'ConfigurationPartRecorded.v1');
    const lines = await models.database.query('SELECT stream, revision, position FROM story_entry ORDER BY position');
    expect(lines).toEqual(
      told.map(({ stream, revision, position }) => ({ stream, revision, position: String(position) })),
    );
  });

  it('changes nothing when events are delivered again', async () => {
    const { store } = await aWorld(goodRelease, badRelease);
    await project(store);
    const before = await models.dump();

    const at = await writeEvents(models.database, await eventsOf(store), -1);

    expect(at).toBe(await store.head());
    expect(await models.dump()).toEqual(before);
  });

  it('makes the same rows whatever the groups in which events come', async () => {
    const { store } = await aWorld(goodRelease, badRelease);
    await project(store);
    const before = await models.dump();
    await models.empty();

    let at = -1;
    for (const event of await eventsOf(store)) at = await writeEvents(models.database, [event], at);

    expect(await models.dump()).toEqual(before);
  });

  it('makes the same rows when two replicas write side by side', async () => {
    const { store } = await aWorld(goodRelease, badRelease);
    await project(store);
    const before = await models.dump();
    await models.empty();

    const [one, two] = await Promise.all([
      ProjectionRun.start(store, models.database),
      ProjectionRun.start(store, models.database),
    ]);
    running.push(one, two);
    await Promise.all([one.caughtUp(), two.caughtUp()]);

    expect(await models.dump()).toEqual(before);
  });

  it('stops rather than leave a hole when somebody else has emptied the read models', async () => {
    const world = await aWorld(goodRelease);
    const run = await ProjectionRun.start(world.store, models.database);
    await run.caughtUp();
    await models.empty();

    await badRelease(world);

    await expect(run.closed).rejects.toThrow(ReadModelsMovedBack);
    const [{ count }] = await models.database.query('SELECT count(*) FROM story_entry');
    expect(count).toBe('0');
  });

  it('has a live event at once, or nearly so', async () => {
    const world = await aWorld(goodRelease);
    const run = await project(world.store);

    const began = performance.now();
    await world.submit('live');
    const reached = await run.reached((await world.store.head()) ?? 0, 5_000);

    expect(reached).toBe(true);
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it('takes what PostgreSQL cannot hold, and what it cannot read', async () => {
    const world = await aWorld(goodRelease);
    const strange = [
      anEvent('e-1', 'ReleaseHeld.v1', { cause: 'no such cause' }, 'a \0 in the reason'),
      { ...anEvent('e-2', 'SomethingNew.v9', { a: '\0\ud800' }, 'half \ud800 of a pair'), at: 'noon' },
    ];
    await world.store.append({ stream: 'release-strange', expectedRevision: -1, commitId: 'c', events: strange });

    await project(world.store);

    const rows = await models.database.query(
      `SELECT type, reason, sentence, at FROM story_entry WHERE release = 'strange' ORDER BY position`,
    );
    expect(rows).toEqual([
      {
        type: 'ReleaseHeld.v1',
        reason: 'a \uFFFD in the reason',
        sentence: 'ReleaseHeld.v1: something that this version of Sluice cannot read',
        at: new Date('2026-03-01T09:00:00.000Z'),
      },
      {
        type: 'SomethingNew.v9',
        reason: 'half \uFFFD of a pair',
        sentence: 'SomethingNew.v9: something that this version of Sluice cannot read',
        at: new Date(0),
      },
    ]);
  });

  it('takes a release and a unit whose names PostgreSQL cannot hold', async () => {
    const world = await aWorld();
    const [data] = (await (await aWorld(goodRelease)).store.readAll({ limit: 100 })).flatMap(({ type, data }) =>
      type === 'UnitDeployStarted.v1' ? [data as object] : [],
    );
    const events = [anEvent('e-1', 'UnitDeployStarted.v1', { ...data, unit: 'u\0' }, 'a strange unit')];
    await world.store.append({ stream: 'release-a\0b', expectedRevision: -1, commitId: 'c', events });

    await project(world.store);

    const rows = await models.database.query(`SELECT release, unit FROM unit_version`);
    expect(rows).toEqual([{ release: 'a\uFFFDb', unit: 'u\uFFFD' }]);
  });
});

describe('the projection of a service', () => {
  async function aProjection(store: EventStore, metrics = new Registry()): Promise<Projection> {
    const projection = new Projection(store, models.database, LOGGER, metrics);
    running.push({ stop: () => projection.follow() });
    await projection.lead();
    await projection.caughtUp();
    return projection;
  }

  it('makes the same rows again when it is rebuilt', async () => {
    const { store } = await aWorld(goodRelease, badRelease, stagedRelease, everythingElse);
    const projection = await aProjection(store);
    const before = await models.dump();

    const { events } = await projection.rebuild();

    expect(events).toBe((await eventsOf(store)).length);
    expect(await models.dump()).toEqual(before);
    expect(before.unit_version).not.toHaveLength(0);
  });

  it('mends by a rebuild what somebody has changed', async () => {
    const { store } = await aWorld(goodRelease);
    const projection = await aProjection(store);
    const before = await models.dump();
    await models.database.query(`UPDATE release_summary SET state = 'rolled-back'`);
    await models.database.query('DELETE FROM unit_version');

    await projection.rebuild();

    expect(await models.dump()).toEqual(before);
  });

  it('follows the log on after a rebuild', async () => {
    const world = await aWorld(goodRelease);
    const projection = await aProjection(world.store);
    await projection.rebuild();

    await badRelease(world);

    expect(await projection.reached((await world.store.head()) ?? 0, 5_000)).toBe(true);
  });

  it('refuses a second rebuild, and what needs steady read models, while one is under way', async () => {
    const { store } = await aWorld(goodRelease);
    const projection = await aProjection(store);

    const rebuild = projection.rebuild();

    await expect(projection.rebuild()).rejects.toMatchObject({ problem: { code: 'REBUILD_RUNNING' } });
    await expect(projection.whileSteady(async () => 1)).rejects.toMatchObject({ problem: { code: 'REBUILD_RUNNING' } });
    await rebuild;
    expect(await projection.whileSteady(async () => 1)).toBe(1);
    await expect(projection.whileSteady(() => projection.rebuild())).rejects.toMatchObject({
      problem: { code: 'REBUILD_RUNNING' },
    });
  });

  it('says how old the oldest event is that it has not got, whoever should have brought it', async () => {
    const store = new FallingSilent();
    await goodRelease(new World(store));
    const metrics = new Registry();
    const projection = await aProjection(store, metrics);
    await projection.reached((await store.head()) ?? 0, 5_000);
    expect(await gauge(metrics, 'sluice_projection_lag_seconds')).toBe(0);
    expect(await gauge(metrics, 'sluice_projection_events_waiting')).toBe(0);

    store.isSilent = true;
    const at = new Date(Date.now() - 90_000).toISOString();
    const event = { ...anEvent('e1', 'ReleaseWithdrawn.v1', {}, 'no need'), at };
    await store.append({ stream: 'release-late', expectedRevision: -1, commitId: 'e1', events: [event] });

    expect(await gauge(metrics, 'sluice_projection_lag_seconds')).toBeGreaterThanOrEqual(90);
  });

  it('begins anew when its read models were made from another, longer log', async () => {
    const long = await aWorld(goodRelease, badRelease);
    await (await project(long.store)).stop();
    const { store } = await aWorld(async (world) => goodRelease(world, 'other'));

    await aProjection(store);

    const rows = await models.database.query('SELECT release FROM release_summary');
    expect(rows).toEqual([{ release: 'other' }]);
  });
});
