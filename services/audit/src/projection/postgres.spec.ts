import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import type { QueryRunner } from 'typeorm';
import { MemoryEventStore } from '#event-store';
import { describeWithPostgres, PostgresServer, until } from '#testing';
import { isDatabaseAway } from '../database/failure.js';
import { badRelease, everythingElse, goodRelease } from '../spec/histories.js';
import { ReadModels } from '../spec/read-models.js';
import { World } from '../spec/world.js';
import { ProjectionRun } from './projection-run.js';

// A real database, on machines that do something else as well.
jest.setTimeout(60_000);

describeWithPostgres('the projection on a real PostgreSQL', () => {
  let server: PostgresServer;
  let models: ReadModels;
  let replica: ReadModels;
  let world: World;
  const runs: ProjectionRun[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start();
    models = await ReadModels.open(server.url);
    replica = await ReadModels.open(server.url);
  });

  afterEach(async () => {
    for (const run of runs.splice(0)) await run.stop();
    await models.empty();
  });

  afterAll(async () => {
    await models.close();
    await replica.close();
    await server.stop();
  });

  async function project(on: ReadModels): Promise<ProjectionRun> {
    const run = await ProjectionRun.start(world.store, on.database);
    runs.push(run);
    return run;
  }

  it('makes the same rows with one replica and with two side by side', async () => {
    world = new World(new MemoryEventStore());
    await goodRelease(world);
    await badRelease(world);
    await everythingElse(world);
    await (await project(models)).caughtUp();
    const alone = await models.dump();
    for (const run of runs.splice(0)) await run.stop();
    await models.empty();

    const [one, two] = await Promise.all([project(models), project(replica)]);
    await Promise.all([one.caughtUp(), two.caughtUp()]);

    expect(await models.dump()).toEqual(alone);
    expect(alone.story_entry).not.toHaveLength(0);
  });

  it('waits for a server that goes away and comes back', async () => {
    world = new World(new MemoryEventStore());
    await goodRelease(world);
    const run = await project(models);
    await run.caughtUp();

    const restarted = server.restart();
    await badRelease(world);
    await restarted;

    expect(await run.reached((await world.store.head()) ?? 0, 20_000)).toBe(true);
    const states = await models.database.query('SELECT release, state FROM release_summary ORDER BY release');
    expect(states).toEqual([
      { release: 'bad', state: 'rolled-back' },
      { release: 'good', state: 'completed' },
    ]);
  });

  it.each([
    ['its next statement', async ({ manager }: QueryRunner) => void (await manager.query('SELECT 1'))],
    ['its end', () => Promise.resolve()],
  ])('takes a transaction whose connection broke before %s for a server that is away', async (_, goOn) => {
    const broken = models.database.transaction(async ({ queryRunner }) => {
      if (!queryRunner) throw new Error('a transaction has a connection');
      const [{ pid }] = await queryRunner.query('SELECT pg_backend_pid() AS pid');
      await replica.database.query('SELECT pg_terminate_backend($1)', [pid]);
      await until('the connection is given back', () => queryRunner.isReleased);
      await goOn(queryRunner);
    });
    expect(isDatabaseAway(await broken.catch((error: unknown) => error))).toBe(true);
  });
});
