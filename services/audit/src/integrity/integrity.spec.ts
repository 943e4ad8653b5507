import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { type EventStore, hashOf, MemoryEventStore, type NewEvent, type RecordedEvent } from '#event-store';
import { createLogger } from '#runtime';
import { Projection } from '../projection/projection.js';
import { badRelease, everythingElse, goodRelease, stagedRelease } from '../spec/histories.js';
import { ReadModels } from '../spec/read-models.js';
import { changed, type Tampering, tampered, without } from '../spec/tampered-store.js';
import { World } from '../spec/world.js';
import { checkLog } from './check-log.js';
import { Heads } from './heads.js';
import { Integrity } from './integrity.js';

// A real database, on machines that do something else as well.
jest.setTimeout(60_000);

const LOGGER = createLogger('audit', 'silent');
const LENGTH_OF_GOOD = 38;
let models: ReadModels;
let store: EventStore;
let projection: Projection;

beforeAll(async () => {
  models = await ReadModels.open();
  const world = new World(new MemoryEventStore());
  store = world.store;
  await goodRelease(world);
  await badRelease(world);
  await everythingElse(world);
  await stagedRelease(world);
  await store.append({
    stream: 'observation-bad.eu-1.1',
    expectedRevision: -1,
    commitId: 'o',
    events: [anObservation('o-1'), anObservation('o-2')],
  });
  projection = new Projection(store, models.database, LOGGER, new Registry());
  await projection.lead();
  await projection.caughtUp();
});

afterEach(async () => {
  await projection.rebuild();
});

afterAll(async () => {
  await projection.follow();
  await models.close();
});

function anObservation(id: string): NewEvent {
  const meta = {
    commandId: id,
    actor: { kind: 'service', id: 'observer' },
    correlationId: id,
    causationId: id,
  } as const;
  return { id, type: 'Observed.v1', at: '2026-03-01T09:00:00.000Z', data: { requests: 100 }, meta };
}

function integrity(tampering: Tampering = (event) => [event]): Integrity {
  return new Integrity(tampered(store, tampering), models.database, projection);
}

const bigger = (event: RecordedEvent): RecordedEvent => ({ ...event, data: { requests: 1_000_000 } });

describe('the integrity of the whole log', () => {
  it('is there when nobody has touched it', async () => {
    const events = await store.readAll({ limit: 10_000 });
    const streams = new Set(events.map(({ stream }) => stream)).size;

    expect(await integrity().checkAll()).toEqual({
      ok: true,
      streams,
      events: events.length,
      firstProblem: null,
      mismatches: [],
    });
  });

  it('is there for an empty log', async () => {
    const empty = new MemoryEventStore();
    await models.empty();

    const report = await new Integrity(empty, models.database, projection).checkAll();

    expect(report).toEqual({ ok: true, streams: 0, events: 0, firstProblem: null, mismatches: [] });
  });

  it('is gone with one changed event, which is named', async () => {
    const report = await integrity(
      changed('release-good', 8, (event) => ({
        ...event,
        meta: { ...event.meta, actor: { kind: 'person', id: 'mallory' } },
      })),
    ).checkAll();

    expect(report.ok).toBe(false);
    expect(report.firstProblem).toMatchObject({ stream: 'release-good', revision: 8 });
    expect(report.firstProblem?.event).toMatch(/^[0-9a-f-]{36}$/);
    expect(report.firstProblem?.why).toContain('not what its hash was made from');
  });

  it('is gone when the event behind a forged one does not follow it', async () => {
    const report = await integrity(
      changed('release-good', 8, (event) => {
        const forged = { ...event, at: '2026-03-01T08:00:00.000Z' };
        return { ...forged, meta: { ...forged.meta, hash: hashOf(forged, forged.meta.previousHash) } };
      }),
    ).checkAll();

    expect(report.firstProblem).toMatchObject({ stream: 'release-good', revision: 9 });
    expect(report.firstProblem?.why).toContain('not chained');
  });

  it('is gone with an event that is missing', async () => {
    const report = await integrity(without('release-good', (revision) => revision === 11)).checkAll();

    expect(report.firstProblem).toMatchObject({ stream: 'release-good', revision: 11 });
    expect(report.firstProblem?.why).toContain('missing');
  });

  it('is gone when the end of a release was cut off, which no chain can tell', async () => {
    const report = await integrity(without('release-good', (revision) => revision >= LENGTH_OF_GOOD - 2)).checkAll();

    expect(report.firstProblem).toMatchObject({ stream: 'release-good', revision: LENGTH_OF_GOOD - 2, event: null });
    expect(report.mismatches).toEqual([{ release: 'good', log: 'running', projection: 'completed' }]);
  });

  it('is gone when what was observed was changed', async () => {
    const report = await integrity(changed('observation-bad.eu-1.1', 1, bigger)).checkAll();

    expect(report.firstProblem).toMatchObject({ stream: 'observation-bad.eu-1.1', revision: 1, event: 'o-2' });
  });

  it('is gone when a read model says something else than its log', async () => {
    await models.database.query(`UPDATE release_summary SET state = 'completed' WHERE release = 'bad'`);

    const report = await integrity().checkAll();

    expect(report).toMatchObject({ ok: false, firstProblem: null });
    expect(report.mismatches).toEqual([{ release: 'bad', log: 'rolled-back', projection: 'completed' }]);
  });

  it('is gone when a read model is missing, or stayed behind', async () => {
    await models.database.query(`DELETE FROM release_summary WHERE release = 'good'`);
    await models.database.query(`UPDATE release_summary SET state = 'running', revision = 20 WHERE release = 'bad'`);

    const report = await integrity().checkAll();

    expect(report.mismatches).toEqual([
      { release: 'good', log: 'completed', projection: 'absent' },
      { release: 'bad', log: 'rolled-back (revision 32)', projection: 'running (revision 20)' },
    ]);
  });

  it('is checked once for all who ask at the same time', async () => {
    const one = integrity();

    const [first, second] = await Promise.all([one.checkAll(), one.checkAll()]);

    expect(second).toBe(first);
  });
});

describe('the integrity of one release', () => {
  it('covers its own stream, what it refused and what was observed of it', async () => {
    const report = await integrity().checkRelease('bad');

    expect(report).toEqual({ ok: true, streams: 2, events: 33 + 2, firstProblem: null, mismatches: [] });
    expect(await integrity().checkRelease('unphased')).toMatchObject({ ok: true, streams: 2 });
  });

  it.each([
    ['release-bad', 5],
    ['observation-bad.eu-1.1', 0],
  ])('is gone with a changed event in %s', async (stream, revision) => {
    const report = await integrity(changed(stream, revision, bigger)).checkRelease('bad');

    expect(report).toMatchObject({ ok: false, firstProblem: { stream, revision } });
  });

  it('is gone with a changed refusal', async () => {
    const report = await integrity(changed('refusal-unphased', 0, bigger)).checkRelease('unphased');

    expect(report).toMatchObject({ ok: false, firstProblem: { stream: 'refusal-unphased', revision: 0 } });
  });

  it('does not care about other releases', async () => {
    expect(await integrity(changed('release-bad', 5, bigger)).checkRelease('good')).toMatchObject({ ok: true });
  });

  it('is gone when the whole stream is', async () => {
    const report = await integrity(without('release-good', () => true)).checkRelease('good');

    expect(report).toMatchObject({
      ok: false,
      firstProblem: { stream: 'release-good', revision: 0 },
      mismatches: [{ release: 'good', log: 'absent', projection: 'completed' }],
    });
  });

  it('is no question for a release that is not there', async () => {
    await expect(integrity().checkRelease('nobody-made-this')).rejects.toMatchObject({
      problem: { kind: 'not-found', code: 'UNKNOWN_RELEASE' },
    });
  });
});

describe('a way through a log of more streams than are kept in mind', () => {
  const none = async () => undefined;

  it('finds nothing where there is nothing', async () => {
    const report = await checkLog(store, (await store.head()) ?? -1, none, new Heads(store, 1));

    expect(report.firstProblem).toBeNull();
  });

  it('still finds what is missing', async () => {
    const cut = tampered(
      store,
      without('release-unphased', (revision) => revision === 6),
    );
    const head = (await store.head()) ?? -1;

    expect((await checkLog(cut, head, none, new Heads(cut, 1))).firstProblem).toMatchObject({
      stream: 'release-unphased',
      revision: 6,
    });
  });
});
