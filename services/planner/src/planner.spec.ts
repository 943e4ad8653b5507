import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Environment, FreezeWindow, Policy, type Topology, Topology as TopologySchema } from '#domain';
import { type Commit, canonicalJson, MemoryEventStore, MemoryLog, StoreUnavailable } from '#event-store';
import { type Clock, createLogger, type Orderer, ReleaseBook, sha256, systemClock } from '#runtime';
import { ConfigurationShelf } from './configurations/configuration-shelf.js';
import { freezesFor } from './releases/freezes-for.js';
import { Planning } from './releases/planning.js';
import { Preview } from './releases/preview.js';
import { Submission } from './releases/submission.js';
import { UnfinishedPlans } from './releases/unfinished-plans.js';

const UNITS = 8_000;
const logger = createLogger('planner', 'silent');

let log: MemoryLog;
/** They look for unfinished plans until they are stopped. */
let started: Planner[] = [];

afterEach(async () => {
  await Promise.all(started.map((planner) => planner.stop()));
  started = [];
});

/** A planner with all its parts, on a log that outlives it. */
class Planner {
  readonly book: ReleaseBook;
  readonly shelf: ConfigurationShelf;
  readonly submission: Submission;
  private readonly unfinished: UnfinishedPlans;

  constructor(store: MemoryEventStore) {
    this.book = new ReleaseBook(store, systemClock, { patienceMs: 0 });
    this.shelf = new ConfigurationShelf(store, systemClock, logger);
    this.submission = new Submission(this.book, new Planning(this.shelf));
    this.unfinished = new UnfinishedPlans(store, this.book, this.submission, systemClock, logger);
  }

  async start(): Promise<this> {
    await this.shelf.onApplicationBootstrap();
    await this.unfinished.onApplicationBootstrap();
    started.push(this);
    return this;
  }

  async stop(): Promise<void> {
    await this.unfinished.onApplicationShutdown();
    await this.shelf.onApplicationShutdown();
  }

  async register(document: Topology | Environment | FreezeWindow | Policy): Promise<void> {
    const { kind, metadata } = document;
    const text = canonicalJson(document);
    const command = { kind, name: metadata.name, text, digest: sha256(text), registration: 'r' };
    await this.shelf.register(command, person('admin', `registers ${command.digest}`));
  }
}

/** A log that cannot be reached any more after so many commits: the process dies in the middle of writing. */
class DyingStore extends MemoryEventStore {
  constructor(
    memory: MemoryLog,
    private left: number,
  ) {
    super(memory);
  }

  override async append(commit: Commit) {
    if (this.left === 0) throw new StoreUnavailable('the process has died');
    this.left -= 1;
    return super.append(commit);
  }
}

function person(id: string, commandId = `command of ${id}`): Orderer {
  return { commandId, actor: { kind: 'person', id, roles: ['author'] }, reason: 'because' };
}

function largeTopology(): Topology {
  const units = Array.from({ length: UNITS }, (_, i) => ({ id: `unit-${i}`, labels: { note: 'x'.repeat(150) } }));
  return TopologySchema.parse({
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    metadata: { name: 'large' },
    spec: { drivers: { exec: { inspect: ['i'], deploy: ['d'] } }, clusters: [{ name: 'eu', kind: 'zone', units }] },
  });
}

const RELEASE = {
  apiVersion: 'sluice/v1',
  kind: 'Release',
  metadata: { name: 'checkout' },
  spec: {
    service: 'checkout',
    version: '2',
    topology: 'large',
    rollout: [{ clusters: ['eu'], batches: [1, '10%', '50%', '100%'] }],
    validate: [{ name: 'look', metric: { events: 'e', exposure: 'x' } }],
    reason: 'new tax table',
  },
};

beforeEach(async () => {
  log = new MemoryLog();
  const planner = await new Planner(new MemoryEventStore(log)).start();
  await planner.register(largeTopology());
});

async function whole(): Promise<{ digest: string; status: string }> {
  const planner = await new Planner(new MemoryEventStore(new MemoryLog())).start();
  await planner.register(largeTopology());
  const { id } = await planner.submission.submit(RELEASE, person('author'));
  const { state } = await planner.book.fresh(id);
  if (state.status !== 'ready') throw new Error(`it is ${state.status}`);
  return { digest: state.plan.header.digest, status: state.status };
}

describe('a large plan', () => {
  it('is written in several commits, and read back whole', async () => {
    const store = new MemoryEventStore(log);
    const planner = await new Planner(store).start();
    const { id } = await planner.submission.submit(RELEASE, person('author'));
    const { state } = await planner.book.fresh(id);
    expect(state).toMatchObject({ status: 'ready' });
    if (state.status !== 'ready') return;
    expect(state.plan.batches.map((batch) => batch.units.length)).toEqual([1, 799, 3_200, 4_000]);
    expect(state.plan.unitNumber.size).toBe(UNITS);
  });

  it.each([1, 2])(
    'that a crash cut off after %d commits is finished by the next planner, and is the same plan',
    async (commits) => {
      const dying = await new Planner(new DyingStore(log, commits)).start();
      await expect(dying.submission.submit(RELEASE, person('author'))).rejects.toBeInstanceOf(StoreUnavailable);
      const next = await new Planner(new MemoryEventStore(log)).start();
      const [file] = next.book.live();
      expect(file?.state).toMatchObject({ status: 'ready' });
      if (file?.state.status !== 'ready') return;
      expect({ digest: file.state.plan.header.digest, status: file.state.status }).toEqual(await whole());
    },
  );

  it('that a crash cut off is finished by the same command sent again', async () => {
    const dying = await new Planner(new DyingStore(log, 1)).start();
    await expect(dying.submission.submit(RELEASE, person('author'))).rejects.toBeInstanceOf(StoreUnavailable);
    const again = await new Planner(new MemoryEventStore(log)).submission.submit(RELEASE, person('author'));
    expect(again).toMatchObject({ state: 'ready' });
  });
});

describe('a preview', () => {
  const noon: Clock = { now: () => Date.parse('2026-01-05T12:00:00.000Z'), wakeAt: () => () => undefined };

  it('is the plan that a submission would have, with its digest, and stores nothing', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    const { digest, batches } = await new Preview(new Planning(planner.shelf), planner.shelf, noon).of({
      release: RELEASE,
    });
    expect(batches.map(({ units }) => units.length)).toEqual([1, 799, 3_200, 4_000]);
    expect(planner.book.live()).toEqual([]);
    const { id } = await planner.submission.submit(RELEASE, person('author'));
    expect((await planner.book.fresh(id)).state).toMatchObject({ plan: { header: { digest } } });
  });

  it('says when each wave would open, started now or at another time', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    const preview = new Preview(new Planning(planner.shelf), planner.shelf, noon);
    const now = await preview.of({ release: RELEASE });
    expect(now.times).toMatchObject({ startAt: '2026-01-05T12:00:00.000Z', overAt: '2026-01-05T12:40:00.000Z' });
    expect(now.times.waves.map(({ opensAt }) => opensAt.slice(11, 16))).toEqual(['12:00', '12:10', '12:20', '12:30']);
    const later = await preview.of({ release: RELEASE, at: '2026-02-01T01:00:00+01:00' });
    expect(later.times).toMatchObject({ startAt: '2026-02-01T00:00:00.000Z', overAt: '2026-02-01T00:40:00.000Z' });
  });
});

describe('what a release is planned with', () => {
  it('is pinned: a later version of the topology does not touch it', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    const { id } = await planner.submission.submit(RELEASE, person('author'));
    const other = largeTopology();
    other.spec.clusters[0]?.units?.pop();
    await planner.register(other);
    const { state } = await planner.book.fresh(id);
    expect(state).toMatchObject({ topology: { name: 'large' }, plan: { header: { units: UNITS } } });
    const later = await planner.submission.submit(RELEASE, person('author', 'another command'));
    expect((await planner.book.fresh(later.id)).state).toMatchObject({ plan: { header: { units: UNITS - 1 } } });
  });

  it('has to be there, and the answer says which is not', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    const lost = { ...RELEASE, spec: { ...RELEASE.spec, topology: 'nowhere' } };
    await expect(planner.submission.submit(lost, person('author', 'lost'))).rejects.toMatchObject({
      problem: { kind: 'invalid', errors: [{ path: 'spec.topology', message: expect.stringContaining('nowhere') }] },
    });
  });
});

describe('a release that begins in staging', () => {
  const STAGED = { ...RELEASE, spec: { ...RELEASE.spec, staging: { environment: 'checkout-staging' } } };

  function environment(units: number): Environment {
    return Environment.parse({
      apiVersion: 'sluice/v1',
      kind: 'Environment',
      metadata: { name: 'checkout-staging' },
      spec: {
        services: [
          {
            name: 'checkout',
            units: Array.from({ length: units }, (_, i) => ({ id: `s-${i}`, address: `10.9.0.${i + 1}:80` })),
          },
        ],
        router: { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/sluice.map' } },
        internal: { networks: ['10.0.0.0/8'] },
        calls: [{ file: '/var/log/calls.ndjson' }],
      },
    });
  }

  it('needs an environment that is registered, and is told where it asks for it', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    const message = expect.stringContaining('there is no environment checkout-staging; register it: sluice apply');
    await expect(planner.submission.submit(STAGED, person('author'))).rejects.toMatchObject({
      problem: { kind: 'invalid', errors: [{ path: 'spec.staging.environment', message }] },
    });
    expect(planner.book.live()).toEqual([]);
  });

  it.each([1, 2])('keeps the environment that it was submitted with, also over a crash after %d commits', async (n) => {
    const first = await new Planner(new MemoryEventStore(log)).start();
    await first.register(environment(1));
    const dying = await new Planner(new DyingStore(log, n)).start();
    await expect(dying.submission.submit(STAGED, person('author'))).rejects.toBeInstanceOf(StoreUnavailable);
    await first.register(environment(2));
    const next = await new Planner(new MemoryEventStore(log)).start();
    expect(next.book.live()[0]?.state).toMatchObject({
      status: 'ready',
      environment: { name: 'checkout-staging', revision: 1 },
      plan: { staging: { environment: 'checkout-staging', spec: environment(1).spec } },
    });
    const later = await next.submission.submit(STAGED, person('author', 'another command'));
    const { state } = await next.book.fresh(later.id);
    expect(state).toMatchObject({ plan: { staging: { spec: environment(2).spec } } });
  });
});

describe('the freezes that a release has to go around', () => {
  function freeze(name: string, scope: object): FreezeWindow {
    return FreezeWindow.parse({
      apiVersion: 'sluice/v1',
      kind: 'FreezeWindow',
      metadata: { name },
      spec: { reason: 'nobody is there', from: '2026-01-02T18:00', duration: '62h', scope },
    });
  }

  it('are those of the windows that are registered which are about it', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    await planner.register(freeze('all', {}));
    await planner.register(freeze('eu', { clusters: ['eu'], services: ['checkout'] }));
    await planner.register(freeze('search', { services: ['search'] }));
    const planned = await new Planning(planner.shelf).plan({ release: RELEASE });
    expect(freezesFor(planner.shelf, planned)).toMatchObject([
      { window: 'all', clusters: null },
      { window: 'eu', clusters: new Set(['eu']) },
    ]);
    const emergency = { ...RELEASE, spec: { ...RELEASE.spec, emergency: true } };
    expect(freezesFor(planner.shelf, await new Planning(planner.shelf).plan({ release: emergency }))).toEqual([]);
  });
});

describe('a release that needs what another one has that runs', () => {
  const QUEUED = { ...RELEASE, spec: { ...RELEASE.spec, conflict: 'queue' } };

  async function withOneRunning(): Promise<{ planner: Planner; first: string }> {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    const { id: first } = await planner.submission.submit(RELEASE, person('author', 'first'));
    await planner.book.order(first, { type: 'start' }, person('operator', 'start'));
    return { planner, first };
  }

  it('is refused, which stands on record and leaves nothing else behind', async () => {
    const { planner, first } = await withOneRunning();
    const refusal = planner.submission.submit(RELEASE, person('author', 'second'));
    await expect(refusal).rejects.toMatchObject({
      problem: {
        kind: 'refused',
        code: 'UNITS_TAKEN',
        message: expect.stringMatching(`unit unit-0 belongs to release ${first}.*or say conflict: queue`),
      },
    });
    expect(planner.book.live().map(({ release }) => release)).toEqual([first]);
    const refusals = await new MemoryEventStore(log).readAll({ categories: ['refusal'], limit: 10 });
    expect(refusals).toMatchObject([
      { data: { command: 'submit', code: 'UNITS_TAKEN', status: 'absent' }, meta: { actor: { id: 'author' } } },
    ]);
  });

  it('gets the same answer for the same command once the other has ended, and is taken as a new one', async () => {
    const { planner, first } = await withOneRunning();
    const second = () => planner.submission.submit(RELEASE, person('author', 'second'));
    await expect(second()).rejects.toMatchObject({ problem: { code: 'UNITS_TAKEN' } });
    await planner.book.order(first, { type: 'abort' }, person('operator', 'abort'));
    await expect(second()).rejects.toMatchObject({ problem: { code: 'UNITS_TAKEN' } });
    const third = await planner.submission.submit(RELEASE, person('author', 'third'));
    expect(third).toMatchObject({ state: 'ready' });
    expect(third).not.toHaveProperty('notes');
  });

  it('is taken as soon as the other has ended, also where that was not heard of yet', async () => {
    const { planner, first } = await withOneRunning();
    const deaf = new Planner(new MemoryEventStore(log));
    await deaf.book.fresh(first);
    await planner.book.order(first, { type: 'abort' }, person('operator', 'abort'));
    expect(deaf.book.live()).toHaveLength(1);
    expect(await deaf.submission.submit(RELEASE, person('author', 'second'))).toMatchObject({ state: 'ready' });
  });

  it('is taken when it asks to be queued, and told for whom it will wait', async () => {
    const { planner, first } = await withOneRunning();
    expect(await planner.submission.submit(QUEUED, person('author', 'second'))).toMatchObject({
      state: 'ready',
      notes: [`it will wait its turn: unit unit-0 belongs to release ${first}, which has not ended yet`],
    });
  });

  it('is taken while a budget is spent, which may have room by its start, and told so', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    const small = largeTopology();
    small.spec.clusters.push({
      name: 'us',
      kind: 'zone',
      units: [
        { id: 'us-a', driver: 'exec' },
        { id: 'us-b', driver: 'exec' },
      ],
    });
    await planner.register(small);
    const spec = { budgets: { topology: 1 } };
    await planner.register(
      Policy.parse({ apiVersion: 'sluice/v1', kind: 'Policy', metadata: { name: 'default' }, spec }),
    );
    const { id: first } = await planner.submission.submit(RELEASE, person('author', 'first'));
    await planner.book.order(first, { type: 'start' }, person('operator', 'start'));
    await planner.book.order(first, { type: 'advance' }, person('operator', 'advance'));
    const elsewhere = { ...RELEASE, spec: { ...RELEASE.spec, rollout: [{ clusters: ['us'], batches: [1, '100%'] }] } };
    const budget = 'policy default lets 1 release run over topology large at a time, and there is';
    expect(await planner.submission.submit(elsewhere, person('author', 'second'))).toMatchObject({
      state: 'ready',
      notes: [`it cannot be started yet: ${budget} ${first}; wait for the end of one`],
    });
  });

  it('is taken while the other has not been started: who starts first goes first', async () => {
    const planner = await new Planner(new MemoryEventStore(log)).start();
    await planner.submission.submit(RELEASE, person('author', 'first'));
    expect(await planner.submission.submit(RELEASE, person('author', 'second'))).toMatchObject({ state: 'ready' });
  });
});
