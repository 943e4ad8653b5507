import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { AUDIT, type RequestOf, type UnitHistory } from '#messaging';
import { databaseProblem } from '../database/failure.js';
import { ProjectionRun } from '../projection/projection-run.js';
import { carryOut } from '../spec/hands.js';
import { badRelease, everythingElse, goodRelease } from '../spec/histories.js';
import { ReadModels } from '../spec/read-models.js';
import { World } from '../spec/world.js';
import { auditActor } from './audit-actor.js';
import { auditRelease } from './audit-release.js';
import { auditUnit } from './audit-unit.js';
import { listReleases } from './list-releases.js';

// A real database, on machines that do something else as well.
jest.setTimeout(60_000);

let models: ReadModels;
let world: World;
/** Between the good release and the bad one. */
let between: string;

beforeAll(async () => {
  models = await ReadModels.open();
  world = new World(new MemoryEventStore());
  await goodRelease(world);
  world.now += 3_600_000;
  between = world.time;
  world.now += 3_600_000;
  await badRelease(world);
  world.units.set('us-1-c', '9.9.9-by-hand');
  await world.submit('after', { version: '4.0.0', rollout: [{ clusters: ['us-1'], batches: [1, '100%'] }] });
  await world.mustDo('after', 'olga', { type: 'start' });
  await carryOut(world, 'after');
  await everythingElse(world);
  const run = await ProjectionRun.start(world.store, models.database);
  await run.caughtUp();
  await run.stop();
});

afterAll(() => models.close());

function release(request: object) {
  return auditRelease(models.database, AUDIT.auditRelease.request.parse(request));
}

function unit(request: object): Promise<UnitHistory> {
  return auditUnit(models.database, AUDIT.auditUnit.request.parse(request), world.time);
}

function actor(request: object) {
  return auditActor(models.database, AUDIT.auditActor.request.parse(request));
}

function releases(request: Partial<RequestOf<typeof AUDIT.listReleases>>) {
  return listReleases(models.database, AUDIT.listReleases.request.parse(request));
}

describe('the story of a release', () => {
  it('holds everything that happened, in order, with who, why and on what evidence', async () => {
    const { release: summary, entries, next } = await release({ release: 'bad' });

    expect(summary).toMatchObject({ id: 'bad', version: '3.0.0', state: 'rolled-back', author: 'ada' });
    expect(next).toBeNull();
    const log = await world.store.readAll({ limit: 10_000 });
    const events = log.filter(({ stream }) => stream === 'release-bad');
    expect(entries.map(({ type, revision, at }) => [type, revision, at])).toEqual(
      events.map(({ type, revision, at }) => [type, revision, at]),
    );
    expect(entries.find(({ type }) => type === 'ReleaseSubmitted.v1')).toMatchObject({
      actor: { kind: 'person', id: 'ada' },
      reason: 'ships the new basket',
    });
    expect(entries.find(({ type }) => type === 'RollbackStarted.v1')).toMatchObject({
      actor: { kind: 'rule', id: 'RBK-2' },
      reason: 'errors: 40 of 100 requests failed, 3 before',
      batch: 'eu-1.2',
      evidence: { changed: { events: 40, exposure: 100 } },
    });
    expect(entries.find(({ type }) => type === 'UnitRolledBack.v1')).toMatchObject({
      unit: 'eu-1-c',
      evidence: { before: { version: '3.0.0' }, after: { version: '2.0.0' } },
    });
  });

  it('has what was refused where it happened', async () => {
    const { entries } = await release({ release: 'unphased' });

    const types = entries.map(({ type }) => type);
    const refused = types.indexOf('CommandRefused.v1');
    expect(types.slice(refused - 1, refused + 2)).toEqual([
      'ReleaseEscalated.v1',
      'CommandRefused.v1',
      'ApprovalGiven.v1',
    ]);
    expect(entries[refused]).toMatchObject({
      actor: { id: 'ada' },
      reason: 'I think it is fine',
      evidence: { code: 'SELF_APPROVAL', state: 'escalated' },
    });
  });

  it('comes in pages without a gap or a repeat', async () => {
    const whole = await release({ release: 'bad' });
    const pages = [];
    for (let after: number | null = -1; after !== null; ) {
      const page = await release({ release: 'bad', after, limit: 7 });
      expect(page.entries.length).toBeLessThanOrEqual(7);
      pages.push(...page.entries);
      after = page.next;
    }

    expect(pages).toEqual(whole.entries);
  });

  it('is not there for a release that is not there', async () => {
    await expect(release({ release: 'nobody-made-this' })).rejects.toMatchObject({
      problem: { kind: 'not-found', code: 'UNKNOWN_RELEASE' },
    });
  });
});

describe('the history of a unit', () => {
  it('says what it runs, who put it there and why', async () => {
    const { running } = await unit({ unit: 'us-1-a' });

    expect(running).toMatchObject({
      version: '4.0.0',
      previous: '2.0.0',
      how: 'deployed',
      release: 'after',
      batch: 'us-1.1',
      actor: { kind: 'person', id: 'olga' },
      reason: 'ships the new tax table',
    });
  });

  it('says what it ran at a moment in the past, given in any zone', async () => {
    const utc = await unit({ unit: 'eu-1-b', at: between });
    const elsewhere = await unit({ unit: 'eu-1-b', at: between.replace('Z', '+00:00') });

    expect(utc.running).toMatchObject({ version: '2.0.0', release: 'good', how: 'deployed', actor: { id: 'olga' } });
    expect(elsewhere).toEqual(utc);
  });

  it('says which rule put it back, and why', async () => {
    const { history } = await unit({ unit: 'eu-1-b' });

    const back = history.find(({ release: id, how }) => id === 'bad' && how === 'rolled-back');
    expect(back).toMatchObject({
      version: '2.0.0',
      previous: '3.0.0',
      actor: { kind: 'rule', id: 'RBK-2' },
      reason: 'errors: 40 of 100 requests failed, 3 before',
    });
  });

  it('goes back, the newest first, to what was found when Sluice first touched it', async () => {
    const { history } = await unit({ unit: 'eu-1-b' });

    const early = history.filter(({ release: id }) => id === 'good' || id === 'bad');
    expect(early.map(({ version, previous, how }) => [version, previous, how])).toEqual([
      ['2.0.0', '3.0.0', 'rolled-back'],
      ['3.0.0', '2.0.0', 'deployed'],
      ['2.0.0', '1.0.0', 'deployed'],
      ['1.0.0', null, 'found'],
    ]);
  });

  it('answers for the time before that with what was found, and says so', async () => {
    const { running } = await unit({ unit: 'eu-1-b', at: '2026-01-01T00:00:00Z' });

    expect(running).toMatchObject({ version: '1.0.0', how: 'found' });
    expect(Date.parse(running?.from ?? '')).toBeGreaterThan(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('shows what somebody changed by hand', async () => {
    const { history } = await unit({ unit: 'us-1-c' });

    expect(history.map(({ version, previous, how }) => [version, previous, how])).toEqual([
      ['4.0.0', '9.9.9-by-hand', 'deployed'],
      ['9.9.9-by-hand', '2.0.0', 'found'],
      ['2.0.0', '1.0.0', 'deployed'],
      ['1.0.0', null, 'found'],
    ]);
  });

  it('is empty for a unit that nobody has touched', async () => {
    expect(await unit({ unit: 'nobody' })).toMatchObject({ unit: 'nobody', running: null, history: [] });
  });

  it('is as long as was asked', async () => {
    expect((await unit({ unit: 'eu-1-b', limit: 2 })).history).toHaveLength(2);
  });
});

describe('a question with something in it that no row can have', () => {
  it.each([
    ['a NUL', { unit: 'a\0b' }],
    ['the year 0', { unit: 'eu-1-a', at: '0000-01-01T00:00:00Z' }],
  ])('is a bad question: %s', async (_what, request) => {
    const error = await unit(request).catch((caught: unknown) => caught);

    expect(databaseProblem(error)).toMatchObject({ kind: 'invalid' });
  });
});

describe('what an actor did', () => {
  it('is everything, the newest first, refused commands and documents included', async () => {
    const { entries } = await actor({ actor: 'ada' });

    const times = entries.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    expect(entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'ReleaseWithdrawn.v1',
        'CommandRefused.v1',
        'ConfigurationRegistered.v1',
        'ConfigurationProposed.v1',
        'ConfigurationRefused.v1',
      ]),
    );
    expect(entries.every((entry) => entry.actor.id === 'ada')).toBe(true);
  });

  it('comes in pages without a gap or a repeat', async () => {
    const whole = await actor({ actor: 'olga', limit: 1_000 });
    const pages = [];
    for (let before: string | undefined, more = true; more; ) {
      const page = await actor({ actor: 'olga', limit: 2, ...(before === undefined ? {} : { before }) });
      pages.push(...page.entries);
      more = page.next !== null;
      before = page.next ?? undefined;
    }

    expect(pages).toEqual(whole.entries);
    expect(whole.entries.length).toBeGreaterThan(4);
  });

  it('can be a rule', async () => {
    const { entries } = await actor({ actor: 'RBK-2' });

    expect(entries[0]?.actor).toEqual({ kind: 'rule', id: 'RBK-2' });
  });
});

describe('the list of releases', () => {
  it('has the newest first', async () => {
    const { releases: list, next } = await releases({});

    expect(list.map(({ id }) => id)).toEqual(['regretted', 'unwanted', 'silent', 'unphased', 'after', 'bad', 'good']);
    expect(next).toBeNull();
    expect(list.at(-1)).toMatchObject({
      state: 'completed',
      startedAt: expect.any(String),
      endedAt: expect.any(String),
    });
  });

  it('comes in pages without a gap or a repeat', async () => {
    const first = await releases({ limit: 5 });
    const second = await releases({ limit: 5, before: first.next ?? '' });

    expect([...first.releases, ...second.releases]).toEqual((await releases({})).releases);
    expect(second.next).toBeNull();
  });

  it('can be of one state or one service', async () => {
    expect((await releases({ state: 'completed' })).releases.map(({ id }) => id)).toEqual(['after', 'good']);
    expect((await releases({ service: 'checkout' })).releases).toHaveLength(7);
    expect((await releases({ service: 'search' })).releases).toEqual([]);
  });

  it.each(['', 'x', '1e3', '-1', '99999999999999999999'])('refuses %j as the place to go on from', async (before) => {
    await expect(releases({ before })).rejects.toMatchObject({ problem: { kind: 'invalid', code: 'INVALID_CURSOR' } });
  });
});
