import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from '@jest/globals';
import { Registry } from 'prom-client';
import { DEFAULT_POLICY, type Judgement, plan, Release, Topology, viewRelease } from '#domain';
import { MemoryEventStore, MemoryLog, type RecordedEvent } from '#event-store';
import { createLogger, type Orderer, pause, ReleaseBook, systemClock, type Tenure } from '#runtime';
import { FileFleet } from '#testing';
import { ExecutorConfig } from '../config.js';
import { DriftWatch } from '../drift/drift-watch.js';
import { Starting } from '../orders/starting.js';
import { Surroundings } from '../surroundings/surroundings.js';
import { TakenSource } from '../surroundings/taken-source.js';
import { Conductor } from './conductor.js';
import { TrafficWork } from './traffic-work.js';
import { UnitWork } from './unit-work.js';

const ROLLOUT = [{ clusters: ['eu'], batches: [1, '100%'] }];
export const GOOD: Judgement = { verdict: 'passed', sentence: 'looks good', evidence: {} };

/** What the spec that is running works with. */
export let folder: string;
export let fleet: FileFleet;
export let executor: Executor;
let log: MemoryLog;

/** All of the work is one executor's, until it is lost to another one. */
class Losable implements Tenure {
  private tenant: Parameters<Tenure['begin']>[0] | null = null;
  private held = true;

  holds = () => this.held;

  async begin(tenant: NonNullable<typeof this.tenant>): Promise<void> {
    this.tenant = tenant;
    tenant.taken(() => true);
  }

  async lose(): Promise<void> {
    this.held = false;
    await this.tenant?.vacate(() => true, false);
  }

  end = async () => undefined;
}

/** An executor with all its parts, on a log that outlives it. */
export class Executor {
  readonly store = new MemoryEventStore(log);
  readonly book = new ReleaseBook(this.store, systemClock);
  readonly starting = new Starting(this.book);
  readonly metrics = new Registry();
  readonly tenure = new Losable();
  readonly conductor: Conductor;

  /** @param machine what it shares with others of its machine: the journal */
  constructor(machine = 'here') {
    const config = ExecutorConfig.parse({ SLUICE_DATA: join(folder, machine) });
    const logger = createLogger('executor', 'silent');
    const { store, book, tenure, metrics } = this;
    const work = new UnitWork(config, systemClock, book, metrics, logger);
    const traffic = new TrafficWork(systemClock, config, logger, book);
    const surroundings = new Surroundings([new TakenSource(book)]);
    const drift = new DriftWatch(store, book);
    this.conductor = new Conductor(
      store,
      systemClock,
      config,
      logger,
      tenure,
      book,
      work,
      traffic,
      surroundings,
      drift,
    );
  }
}

/** Each spec has three units that run version 1, and an executor. */
export function useExecutor(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-executor-'));
    fleet = new FileFleet(join(folder, 'fleet'), 0.05);
    await fleet.start([{ name: 'eu', units: 3 }], '1');
    log = new MemoryLog();
    executor = new Executor();
    await executor.conductor.onApplicationBootstrap();
  });

  afterEach(async () => {
    await executor.conductor.onApplicationShutdown();
    await fleet.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
}

/** Another one goes on, which knows nothing but the log. */
export async function replaceExecutor(): Promise<void> {
  executor = new Executor();
  await executor.conductor.onApplicationBootstrap();
}

let commands = 0;

export function person(id: string): Orderer {
  commands += 1;
  return { commandId: `command-${commands}`, actor: { kind: 'person', id, roles: ['operator'] }, reason: 'because' };
}

/** @param over the topology that it is planned over, and which revision of it is registered */
export async function submit(
  id: string,
  spec: object = {},
  over?: { topology: Topology; revision: number },
): Promise<void> {
  const release = Release.parse({
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: 'checkout' },
    spec: {
      service: 'checkout',
      version: '2',
      topology: 'production',
      rollout: ROLLOUT,
      interval: { default: '100ms' },
      validate: [{ name: 'look', metric: { events: 'errors', exposure: 'requests' } }],
      limits: { unitsAtOnce: 2, unitTimeout: '3s', retries: 1, verdictWithin: '1m' },
      reason: 'new tax table',
      ...spec,
    },
  });
  const planned = plan(release, over?.topology ?? Topology.parse(fleet.topology('production')), DEFAULT_POLICY);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  const order = {
    type: 'submit',
    release: id,
    name: 'checkout',
    spec: release.spec,
    topology: { name: 'production', revision: over?.revision ?? 0 },
    policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
    plan: planned.plan,
    digest: 'd',
  } as const;
  await executor.book.order(id, order, person('author'));
}

export async function start(id: string): Promise<void> {
  await executor.starting.start(id, person('operator'));
  executor.conductor.look(id);
}

/** Plays the observer, with the same judgement for every batch, until the release is in one of these states. */
export async function until(
  id: string,
  states: readonly string[],
  judgement: Judgement = GOOD,
): Promise<ReturnType<typeof viewRelease>> {
  for (let i = 0; i < 600; i += 1) {
    const { state, revision } = await executor.book.fresh(id);
    const view = viewRelease(state, revision);
    if (view && states.includes(view.state)) return view;
    const observed = view?.batches.find((batch) => batch.state === 'observing' && batch.verdicts.length === 0);
    if (observed) await judge(id, observed.id, judgement);
    await pause(20);
  }
  throw new Error(`release ${id} does not become ${states.join(' or ')}`);
}

export async function judge(id: string, batch: string, judgement: Judgement): Promise<void> {
  const deployed = (await events(id)).filter((event) => event.type === 'BatchDeployed.v1');
  const deployedAt = deployed.findLast((event) => (event.data as { batch: string }).batch === batch)?.at ?? '';
  const order = { type: 'record-verdict', batch, validator: 'look', deployedAt, ...judgement } as const;
  await executor.book.order(id, order, {
    commandId: `verdict-${batch}-${deployedAt}`,
    actor: { kind: 'service', id: 'observer' },
  });
  executor.conductor.look(id);
}

export async function events(id: string): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const event of executor.store.readStream(`release-${id}`)) found.push(event);
  return found;
}

export async function deploysOf(unit: string): Promise<number> {
  return (await fleet.runs()).filter((run) => run.unit === unit && run.action === 'deploy').length;
}
