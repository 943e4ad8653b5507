import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { createLogger } from '#runtime';
import { describeWithPostgres, PostgresServer } from '#testing';
import { ProjectionRun } from '../projection/projection-run.js';
import { ReadModels } from '../spec/read-models.js';
import { until } from '../spec/until.js';
import { World } from '../spec/world.js';
import { listReleases } from './list-releases.js';
import { ReadSide } from './read-side.js';
import { Replica } from './replica.js';

jest.setTimeout(60_000);

const LOGGER = createLogger('audit', 'silent');
const LIMITS = { lookMs: 20, mostBehindMs: 1_000 };

describeWithPostgres('questions, with a read replica of the database', () => {
  let primary: PostgresServer;
  let replica: PostgresServer;
  let models: ReadModels;
  let world: World;
  let run: ProjectionRun;
  let readSide: ReadSide;

  beforeAll(async () => {
    primary = await PostgresServer.start();
    models = await ReadModels.open(primary.url);
    replica = await PostgresServer.start({ of: primary });
    world = new World(new MemoryEventStore());
    run = await ProjectionRun.start(world.store, models.database);
    const one = new Replica({ url: replica.url }, 2, LOGGER);
    readSide = new ReadSide(models.database, [one], () => run.position, LIMITS);
  });

  afterEach(async () => {
    await replica.query('SELECT pg_wal_replay_resume()');
  });

  afterAll(async () => {
    await readSide.close();
    await run.stop();
    await models.close();
    await replica.stop();
    await primary.stop();
  });

  /** Which of the two is asked. */
  async function asked(): Promise<'primary' | 'replica'> {
    const [{ standby }] = await readSide.ask((database) => database.query('SELECT pg_is_in_recovery() AS standby'));
    return standby ? 'replica' : 'primary';
  }

  function untilAsked(which: 'primary' | 'replica'): Promise<true | null> {
    return until(`question to the ${which}`, async () => (await asked()) === which || null);
  }

  async function submit(id: string): Promise<void> {
    await world.submit(id);
    await run.reached((await world.store.head()) ?? 0, 10_000);
  }

  async function releases(): Promise<string[]> {
    const page = await readSide.ask((database) => listReleases(database, { limit: 100 }));
    return page.releases.map(({ id }) => id);
  }

  it('are answered by the replica, with what was written on the primary', async () => {
    await submit('one');
    await untilAsked('replica');

    const found = await until('the release on the replica', async () => {
      return (await asked()) === 'replica' && (await releases()).includes('one') && releases();
    });

    expect(found).toEqual(['one']);
  });

  it('are put to the primary when the replica falls behind, and to the replica when it has caught up', async () => {
    await untilAsked('replica');
    await replica.query('SELECT pg_wal_replay_pause()');
    await submit('two');

    await untilAsked('primary');
    expect(await releases()).toContain('two');
    await replica.query('SELECT pg_wal_replay_resume()');
    await untilAsked('replica');

    expect(await releases()).toContain('two');
  });

  it('are answered by the primary while the replica is away, the first of them included', async () => {
    await untilAsked('replica');
    await replica.kill();

    for (let question = 0; question < 50; question += 1) expect(await releases()).toContain('two');
    expect(await asked()).toBe('primary');
    await replica.restart();
    await untilAsked('replica');
  });

  it('are refused as they would be on the primary', async () => {
    await untilAsked('replica');

    await expect(readSide.ask((database) => database.query('SELECT nonsense'))).rejects.toThrow('nonsense');
    expect(await asked()).toBe('replica');
  });
});
