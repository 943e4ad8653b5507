import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import {
  type ConfigurationKind,
  DEFAULT_POLICY,
  decideRegistration,
  FreezeWindow,
  NO_CONFIGURATION,
  plan,
  Release,
  Topology,
  viewRelease,
} from '#domain';
import { canonicalJson, MemoryEventStore, MemoryLog, type RecordedEvent, StoreUnavailable } from '#event-store';
import {
  ConfigurationFile,
  createLogger,
  eventId,
  type Orderer,
  pause,
  ReleaseBook,
  SOLE,
  sha256,
  systemClock,
} from '#runtime';
import { FileFleet, until } from '#testing';
import { Conductor } from '../carrying-out/conductor.js';
import { TrafficWork } from '../carrying-out/traffic-work.js';
import { UnitWork } from '../carrying-out/unit-work.js';
import { ExecutorConfig } from '../config.js';
import { DriftWatch } from '../drift/drift-watch.js';
import { ExecutorModule } from '../executor.module.js';
import { Starting } from '../orders/starting.js';
import { FrozenSource } from './frozen-source.js';
import { Registrations } from './registrations.js';
import { Surroundings } from './surroundings.js';

const SLOWLY = '[ "$SLUICE_ACTION" = inspect ] || sleep 0.7\n';

let folder: string;
let fleet: FileFleet;
let log: MemoryLog;
let executor: Executor;
let commands = 0;

/** A log of which the configuration cannot be read for a while. */
class AwayStore extends MemoryEventStore {
  away = false;

  override async readAll(options: Parameters<MemoryEventStore['readAll']>[0]) {
    if (this.away) throw new StoreUnavailable('it is away');
    return super.readAll(options);
  }
}

/** An executor with all its parts, put together as its module does it. */
class Executor {
  readonly store = new AwayStore(log);
  readonly book = new ReleaseBook(this.store, systemClock);
  readonly starting = new Starting(this.book);
  private readonly logger = createLogger('executor', 'silent');
  readonly registrations = new Registrations(this.store, this.logger);
  readonly conductor: Conductor;

  constructor() {
    const { store, book, logger } = this;
    const config = ExecutorConfig.parse({ SLUICE_DATA: folder });
    const work = new UnitWork(config, systemClock, book, new Registry(), logger);
    const traffic = new TrafficWork(systemClock, config, logger, book);
    const around = new Surroundings([new FrozenSource(this.registrations, systemClock)]);
    const drift = new DriftWatch(store, book);
    this.conductor = new Conductor(store, systemClock, config, logger, SOLE, book, work, traffic, around, drift);
    new ExecutorModule(this.registrations, this.conductor);
  }

  async start(): Promise<void> {
    await this.registrations.onApplicationBootstrap();
    await this.conductor.onApplicationBootstrap();
  }

  async stop(): Promise<void> {
    await this.conductor.onApplicationShutdown();
    await this.registrations.onApplicationShutdown();
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-frozen-'));
  fleet = new FileFleet(join(folder, 'fleet'), 0.02);
  await fleet.start([{ name: 'eu', units: 3 }], '1');
  log = new MemoryLog();
  executor = new Executor();
  await executor.start();
});

afterEach(async () => {
  await executor.stop();
  await fleet.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

function by(id: string, level?: string): Orderer {
  commands += 1;
  const actor = { kind: 'person', id, roles: ['operator', 'approver'], level } as const;
  return { commandId: `command-${commands}`, actor, reason: 'because' };
}

/** As the planner does it, which is another process. */
async function register(
  kind: ConfigurationKind,
  document: { readonly metadata: { readonly name: string }; readonly spec: object },
) {
  const { commandId, actor } = by('admin');
  const file = new ConfigurationFile(kind, document.metadata.name);
  await file.catchUp(executor.store);
  const text = canonicalJson(document);
  const command = { kind, name: file.name, text, digest: sha256(text), registration: commandId };
  const events = decideRegistration(command, NO_CONFIGURATION).map((event, index) => ({
    ...event,
    id: eventId(file.stream, commandId, index),
    at: new Date().toISOString(),
    meta: { commandId, actor, correlationId: commandId, causationId: commandId },
  }));
  await executor.store.append({
    stream: file.stream,
    expectedRevision: file.revision,
    commitId: commandId,
    events,
  });
}

/** A freeze that began a while ago and is over in so many milliseconds. */
async function freeze(overInMs: number, spec: object = {}): Promise<void> {
  const from = new Date(Date.now() - 60_000).toISOString().slice(0, 19);
  const duration = `${Date.now() + overInMs - Date.parse(`${from}Z`)}ms`;
  const window = FreezeWindow.parse({
    apiVersion: 'sluice/v1',
    kind: 'FreezeWindow',
    metadata: { name: 'weekend' },
    spec: { reason: 'nobody is there', from, duration, ...spec },
  });
  await register('FreezeWindow', window);
}

/** Two waves: one unit, then all of them. Nobody judges them. */
async function submit(id: string, spec: object = {}): Promise<void> {
  const release = Release.parse({
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: id },
    spec: {
      service: 'checkout',
      version: '2',
      topology: 'production',
      rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
      interval: { default: '50ms' },
      limits: { unitsAtOnce: 2, unitTimeout: '3s', retries: 1 },
      reason: 'new tax table',
      ...spec,
    },
  });
  const planned = plan(release, Topology.parse(fleet.topology('production')), DEFAULT_POLICY);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  const order = {
    type: 'submit',
    release: id,
    name: id,
    spec: release.spec,
    topology: { name: 'production', revision: 0 },
    policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
    plan: planned.plan,
    digest: 'd',
  } as const;
  await executor.book.order(id, order, by('author'));
  await executor.book.order(id, { type: 'approve' }, by('approver', 'director'));
}

async function start(id: string): Promise<void> {
  expect(await executor.starting.start(id, by('operator'))).toMatchObject({ outcome: 'done' });
  executor.conductor.look(id);
}

async function view(id: string) {
  const { state, revision } = await executor.book.fresh(id);
  return viewRelease(state, revision);
}

async function becomes(id: string, state: string) {
  await until(`${id} becomes ${state}`, async () => (await view(id))?.state === state);
  return view(id);
}

async function eventsOf(id: string, type: string): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const event of executor.store.readStream(`release-${id}`)) if (event.type === type) found.push(event);
  return found;
}

describe('a freeze that is on', () => {
  it('holds a release before its first wave and says why, and lets it go on by itself when it is over', async () => {
    await freeze(1_500);
    await submit('r1');
    await start('r1');
    const held = await becomes('r1', 'held');
    expect(held?.hold).toMatchObject({
      cause: 'freeze',
      sentence: expect.stringMatching(/^freeze weekend until 20.*Z: nobody is there$/),
    });
    expect(await fleet.runs()).toEqual([]);
    await becomes('r1', 'completed');
    const [opened] = await eventsOf('r1', 'WaveOpened.v1');
    expect(opened?.at.localeCompare(held?.hold?.until ?? '')).toBeGreaterThanOrEqual(0);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '2' });
  }, 20_000);

  it('leaves a release of another service alone', async () => {
    await freeze(60_000, { scope: { services: ['search'] } });
    await submit('r1');
    await start('r1');
    await becomes('r1', 'completed');
  }, 20_000);

  it('closes what the topology says, by the newest revision and by that which the release is planned with', async () => {
    const zones = Topology.parse(fleet.topology('production'));
    await register('Topology', zones);
    const world = [{ name: 'world', kind: 'region', clusters: zones.spec.clusters }];
    await register('Topology', { ...zones, spec: { ...zones.spec, clusters: world } });
    await freeze(60_000, { scope: { clusters: ['world'] } });
    await submit('r1');
    await start('r1');
    await becomes('r1', 'held');
    await freeze(60_000, { scope: { clusters: ['elsewhere'] } });
    await becomes('r1', 'completed');
  }, 20_000);

  it('lets an emergency through that was approved as one, and its story says so', async () => {
    await freeze(60_000);
    await submit('r1', { emergency: true });
    await start('r1');
    await becomes('r1', 'completed');
    const opened = await eventsOf('r1', 'WaveOpened.v1');
    expect(opened.map(({ meta }) => meta.reason)).toEqual([
      expect.stringMatching(/goes through freeze weekend until .*, allowed by approver as director \(because\)$/),
      expect.stringMatching(/goes through freeze weekend until .*, allowed by approver as director \(because\)$/),
    ]);
  }, 20_000);

  it('does not keep a release from being rolled back', async () => {
    await submit('r1', { interval: { default: '1h' } });
    await start('r1');
    await until('the first batch is observed', async () => (await view('r1'))?.batches[0]?.state === 'observing');
    await freeze(60_000);
    await executor.book.order('r1', { type: 'roll-back' }, by('operator'));
    executor.conductor.look('r1');
    await becomes('r1', 'rolled-back');
    expect(await fleet.versions()).toEqual({ 'eu-a': '1', 'eu-b': '1', 'eu-c': '1' });
  }, 20_000);
});

describe('a freeze that is registered while a release runs', () => {
  it('does not disturb the batch that is under way, and holds the next wave until somebody takes it back', async () => {
    await fleet.trouble('eu-a', SLOWLY);
    await submit('r1');
    await start('r1');
    await until('the first unit is begun', async () => (await eventsOf('r1', 'UnitDeployStarted.v1')).length > 0);
    await freeze(60_000);
    const held = await becomes('r1', 'held');
    expect(held?.batches.map(({ state }) => state)).toEqual(['passed', 'pending']);
    expect(held?.hold).toMatchObject({ cause: 'freeze' });
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '1', 'eu-c': '1' });
    await freeze(60_000, { active: false });
    await becomes('r1', 'completed');
  }, 20_000);

  it('holds it longer when it is made longer, and a person who goes on does not go through', async () => {
    await freeze(1_000);
    await submit('r1');
    await start('r1');
    await becomes('r1', 'held');
    await freeze(2_500);
    await until('it is told', async () => (await eventsOf('r1', 'ReleaseHeld.v1')).length === 2);
    await executor.book.order('r1', { type: 'resume' }, by('operator'));
    executor.conductor.look('r1');
    await until('it is held again', async () => (await eventsOf('r1', 'ReleaseHeld.v1')).length === 3);
    const until2 = (await view('r1'))?.hold?.until ?? '';
    await becomes('r1', 'completed');
    const [opened] = await eventsOf('r1', 'WaveOpened.v1');
    expect(opened?.at.localeCompare(until2)).toBeGreaterThanOrEqual(0);
  }, 20_000);
});

describe('a gate of which nobody can say whether it is frozen', () => {
  it('stays shut while the log is away, and opens once it is there', async () => {
    await submit('r1');
    executor.store.away = true;
    await start('r1');
    await pause(400);
    expect(await eventsOf('r1', 'WaveOpened.v1')).toEqual([]);
    executor.store.away = false;
    await becomes('r1', 'completed');
  }, 20_000);

  it('stays shut when a window is not of a form that is known here', async () => {
    const window = {
      apiVersion: 'sluice/v1',
      kind: 'FreezeWindow',
      metadata: { name: 'later' },
      spec: { moon: 'full' },
    };
    await register('FreezeWindow', window);
    await submit('r1');
    await start('r1');
    const held = await becomes('r1', 'held');
    expect(held?.hold?.sentence).toMatch(/^freeze window later cannot be read here: /);
  }, 20_000);
});
