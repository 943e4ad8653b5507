import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { DEFAULT_POLICY, decideRegistration, type Judgement, plan, Release, Topology, viewRelease } from '#domain';
import { MemoryEventStore, MemoryLog, type RecordedEvent } from '#event-store';
import {
  ConfigurationFollower,
  createLogger,
  eventId,
  type Orderer,
  pause,
  ReleaseBook,
  sha256,
  systemClock,
  type Tenure,
} from '#runtime';
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
const GOOD: Judgement = { verdict: 'passed', sentence: 'looks good', evidence: {} };

let folder: string;
let fleet: FileFleet;
let log: MemoryLog;
let executor: Executor;

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
class Executor {
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

let commands = 0;

function person(id: string): Orderer {
  commands += 1;
  return { commandId: `command-${commands}`, actor: { kind: 'person', id, roles: ['operator'] }, reason: 'because' };
}

/** @param over the topology that it is planned over, and which revision of it is registered */
async function submit(id: string, spec: object = {}, over?: { topology: Topology; revision: number }): Promise<void> {
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

async function start(id: string): Promise<void> {
  await executor.starting.start(id, person('operator'));
  executor.conductor.look(id);
}

/** Plays the observer, with the same judgement for every batch, until the release is in one of these states. */
async function until(
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

async function judge(id: string, batch: string, judgement: Judgement): Promise<void> {
  const deployed = (await events(id)).filter((event) => event.type === 'BatchDeployed.v1');
  const deployedAt = deployed.findLast((event) => (event.data as { batch: string }).batch === batch)?.at ?? '';
  const order = { type: 'record-verdict', batch, validator: 'look', deployedAt, ...judgement } as const;
  await executor.book.order(id, order, {
    commandId: `verdict-${batch}-${deployedAt}`,
    actor: { kind: 'service', id: 'observer' },
  });
  executor.conductor.look(id);
}

async function events(id: string): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const event of executor.store.readStream(`release-${id}`)) found.push(event);
  return found;
}

async function deploysOf(unit: string): Promise<number> {
  return (await fleet.runs()).filter((run) => run.unit === unit && run.action === 'deploy').length;
}

describe('carrying out a release', () => {
  it('brings every unit to the new version, batch by batch, each once', async () => {
    await submit('r1');
    await start('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '2' });
    expect((await fleet.runs()).map(({ unit }) => unit).sort()).toEqual(['eu-a', 'eu-b', 'eu-c']);
  });

  it('passes the trace of whoever started it on, to its events and to the commands, while it makes no spans itself', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await fleet.trouble('eu-a', 'printf %s "$TRACEPARENT" > "$unit/traceparent"\n');
    await submit('r1');
    await executor.starting.start('r1', { ...person('operator'), traceparent });
    executor.conductor.look('r1');
    await until('r1', ['completed']);
    const all = await events('r1');
    const started = all.findIndex(({ type }) => type === 'ReleaseStarted.v1');
    expect(new Set(all.slice(started).map(({ meta }) => meta.traceparent))).toEqual(new Set([traceparent]));
    expect(all[started - 1]?.meta).not.toHaveProperty('traceparent');
    expect(await readFile(join(folder, 'fleet', 'eu-a', 'traceparent'), 'utf8')).toBe(traceparent);
  });

  it('leaves a unit alone that runs the version already', async () => {
    await submit('r1');
    await start('r1');
    await until('r1', ['completed']);
    await submit('r2');
    await start('r2');
    await until('r2', ['completed']);
    expect(await fleet.runs()).toHaveLength(3);
  });

  it('tries a unit again that failed and may succeed later', async () => {
    await fleet.trouble('eu-a', '[ "$SLUICE_ACTION" = inspect ] || { rm "$unit/trouble"; exit 1; }\n');
    await submit('r1');
    await start('r1');
    await until('r1', ['completed']);
    const failed = (await events('r1')).filter((event) => event.type === 'UnitDeployFailed.v1');
    expect(failed).toMatchObject([
      { data: { unit: 'eu-a', attempt: 1, error: { code: 'command-failed', retryable: true } } },
    ]);
    expect(await deploysOf('eu-a')).toBe(1);
  }, 20_000);

  it('puts everything back when a unit fails for good', async () => {
    await fleet.trouble('eu-c', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1');
    await start('r1');
    const view = await until('r1', ['rolled-back']);
    expect(view?.batches.map(({ state }) => state)).toEqual(['rolled-back', 'rolled-back']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '1', 'eu-b': '1', 'eu-c': '1' });
  }, 20_000);

  it('takes the time of each attempt, by kind and by what it came to', async () => {
    await fleet.trouble('eu-c', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1');
    await start('r1');
    await until('r1', ['rolled-back']);
    const text = await executor.metrics.metrics();
    const counted = [...text.matchAll(/^sluice_unit_effect_duration_seconds_count(.*)$/gm)].map(([, line]) => line);
    expect(counted.sort()).toEqual([
      '{kind="deploy",outcome="changed"} 2',
      '{kind="deploy",outcome="failed"} 1',
      // The one that failed as well: its command may have begun to change it.
      '{kind="roll-back",outcome="changed"} 3',
    ]);
    expect(text).toContain('sluice_unit_effects_in_hand 0');
  }, 20_000);

  it('stays within the budget of failed units', async () => {
    await fleet.trouble('eu-c', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1', { limits: { unitsAtOnce: 2, unitTimeout: '3s', retries: 0, failedUnits: 1 } });
    await start('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '1' });
  }, 20_000);

  it('does not believe a command that ended well: the unit has to say what it runs', async () => {
    await fleet.trouble('eu-a', '[ "$SLUICE_ACTION" != deploy ] || exit 0\n');
    await submit('r1', { limits: { unitsAtOnce: 2, unitTimeout: '1s', retries: 0 } });
    await start('r1');
    await until('r1', ['rolled-back']);
    const failed = (await events('r1')).find((event) => event.type === 'UnitDeployFailed.v1');
    expect(failed?.data).toMatchObject({
      unit: 'eu-a',
      error: { code: 'timed-out', message: expect.stringContaining('runs 1') },
    });
  }, 20_000);

  it('rolls back the newest batch first when a validator finds a batch to be bad', async () => {
    await submit('r1');
    await start('r1');
    await until('r1', ['running']);
    for (let i = 0; i < 200 && (await deploysOf('eu-b')) === 0; i += 1) {
      const view = viewRelease((await executor.book.fresh('r1')).state, 0);
      if (view?.batches[0]?.state === 'observing') await judge('r1', 'eu.1', GOOD);
      await pause(20);
    }
    await until('r1', ['rolled-back'], { verdict: 'failed', sentence: 'it is bad', evidence: { errors: 9 } });
    const back = (await events('r1')).filter((event) => event.type === 'BatchRolledBack.v1');
    expect(back.map((event) => (event.data as { batch: string }).batch)).toEqual(['eu.2', 'eu.1']);
    const begun = (await events('r1')).find((event) => event.type === 'RollbackStarted.v1');
    expect(begun).toMatchObject({ data: { evidence: { errors: 9 } }, meta: { actor: { kind: 'rule' } } });
    expect(new Set(Object.values(await fleet.versions()))).toEqual(new Set(['1']));
  }, 20_000);
});

describe('starting', () => {
  it('is refused, on record, while another release has one of the units', async () => {
    await submit('r1');
    await submit('r2', { version: '3' });
    await start('r1');
    expect(await executor.starting.start('r2', person('operator'))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'UNITS_TAKEN', message: expect.stringContaining('r1') },
    });
    const refusals: RecordedEvent[] = [];
    for await (const event of executor.store.readStream('refusal-r2')) refusals.push(event);
    expect(refusals).toMatchObject([{ type: 'CommandRefused.v1', data: { code: 'UNITS_TAKEN' } }]);
  });
});

describe('a release that asks to be queued', () => {
  it('waits from its start on for the one that has its units, says for which, and goes on by itself', async () => {
    await submit('r1');
    await submit('r2', { version: '3', conflict: 'queue' });
    await start('r1');
    await start('r2');
    expect(await until('r2', ['held'])).toMatchObject({
      hold: {
        cause: 'queued',
        sentence: 'it waits its turn: unit eu-a belongs to release r1, which has not ended yet',
      },
    });
    await executor.book.order('r2', { type: 'resume' }, person('operator'));
    executor.conductor.look('r2');
    await until('r1', ['completed']);
    await until('r2', ['completed']);
    expect((await fleet.runs()).map(({ version }) => version).sort()).toEqual(['2', '2', '2', '3', '3', '3']);
    const last = (await events('r1')).at(-1)?.position ?? 0;
    const opened = (await events('r2')).find(({ type }) => type === 'WaveOpened.v1');
    expect(opened?.position).toBeGreaterThan(last);
  }, 20_000);

  it('gives up its place when it is aborted', async () => {
    await submit('r1');
    await submit('r2', { version: '3', conflict: 'queue' });
    await submit('r3', { version: '4', conflict: 'queue' });
    for (const id of ['r1', 'r2', 'r3']) await start(id);
    await until('r3', ['held']);
    await executor.book.order('r2', { type: 'abort' }, person('operator'));
    executor.conductor.look('r2');
    await until('r1', ['completed']);
    await until('r3', ['completed']);
    expect(new Set((await fleet.runs()).map(({ version }) => version))).toEqual(new Set(['2', '4']));
  }, 20_000);
});

describe('a topology that changes while a release runs', () => {
  const WHOLE = () => Topology.parse(fleet.topology('production'));

  function without(unit: string): Topology {
    const { spec, ...rest } = WHOLE();
    const clusters = spec.clusters.map((one) => ({ ...one, units: one.units?.filter(({ id }) => id !== unit) }));
    return { ...rest, spec: { ...spec, clusters } };
  }

  async function register(topology: Topology): Promise<number> {
    const shelf = new ConfigurationFollower(executor.store, ['Topology']);
    const { commandId } = person('admin');
    return shelf.inOrder('Topology', 'production', async (file) => {
      await file.catchUp(executor.store);
      const text = JSON.stringify(topology);
      const registration = { kind: file.kind, name: file.name, text, digest: sha256(text), registration: commandId };
      const meta = { commandId, actor: { kind: 'person', id: 'admin' }, correlationId: 'c', causationId: 'c' } as const;
      const at = '2026-01-05T09:00:00.000Z';
      const events = decideRegistration(registration, file.state).map((event, index) => {
        return { ...event, id: eventId(file.stream, commandId, index), at, meta };
      });
      const commit = { stream: file.stream, expectedRevision: file.revision, commitId: commandId, events };
      return (await executor.store.append(commit)).revision;
    });
  }

  it('takes a unit that came to its end as the last of all, when the release says so', async () => {
    const topology = without('eu-c');
    await submit('r1', { drift: 'include' }, { topology, revision: await register(topology) });
    await start('r1');
    await register(WHOLE());
    const view = await until('r1', ['completed']);
    expect(view?.batches.map(({ id, units }) => [id, units])).toEqual([
      ['eu.1', ['eu-a']],
      ['eu.2', ['eu-b']],
      ['eu.3', ['eu-c']],
    ]);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '2' });
  }, 20_000);

  it('holds the release where it says nothing, until a person goes on with its plan', async () => {
    const topology = without('eu-c');
    await submit('r1', {}, { topology, revision: await register(topology) });
    await register(WHOLE());
    await start('r1');
    expect(await until('r1', ['held'])).toMatchObject({ hold: { cause: 'drift' }, drift: { added: 1, waits: true } });
    await executor.book.order('r1', { type: 'resume' }, person('operator'));
    executor.conductor.look('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '1' });
  }, 20_000);
});

describe('a unit that is retried', () => {
  it('is deployed once more, and the release that was held for it goes on to its end', async () => {
    await fleet.trouble('eu-b', '[ "$SLUICE_ACTION" != deploy ] || exit 65\n');
    await submit('r1', { onFailure: 'hold' });
    await start('r1');
    expect(await until('r1', ['held'])).toMatchObject({ hold: { cause: 'failed', batch: 'eu.2' } });
    await rm(join(folder, 'fleet', 'eu-b', 'trouble'));
    const retry = { type: 'retry-unit', unit: 'eu-b' } as const;
    expect(await executor.book.order('r1', retry, person('operator'))).toMatchObject({ outcome: 'done' });
    executor.conductor.look('r1');
    await until('r1', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '2', 'eu-b': '2', 'eu-c': '2' });
    expect(await deploysOf('eu-a')).toBe(1);
  }, 20_000);
});

describe('two executors that start two releases at the same time', () => {
  it('carry out the one that the log has first, and pause the other, which says why', async () => {
    await submit('r1');
    await submit('r2', { version: '3' });
    await executor.conductor.onApplicationShutdown();
    // Neither knows yet what the other one does.
    for (const id of ['r1', 'r2']) {
      const other = new Starting(new ReleaseBook(executor.store, systemClock));
      expect(await other.start(id, person('operator'))).toMatchObject({ outcome: 'done' });
    }

    executor = new Executor();
    await executor.conductor.onApplicationBootstrap();
    await until('r1', ['completed']);
    expect(await until('r2', ['held'])).toMatchObject({
      hold: { cause: 'paused', sentence: expect.stringContaining('unit eu-a belongs to release r1') },
    });
    expect((await fleet.runs()).map(({ version }) => version)).toEqual(['2', '2', '2']);

    await executor.book.order('r2', { type: 'resume' }, person('operator'));
    executor.conductor.look('r2');
    await until('r2', ['completed']);
    expect(await fleet.versions()).toEqual({ 'eu-a': '3', 'eu-b': '3', 'eu-c': '3' });
  }, 20_000);
});

describe('an executor that takes over', () => {
  it('goes on where the log says the last one was, and repeats nothing', async () => {
    await submit('r1');
    await start('r1');
    for (let i = 0; i < 200 && (await deploysOf('eu-a')) === 0; i += 1) await pause(5);
    await executor.conductor.onApplicationShutdown();
    executor = new Executor();
    await executor.conductor.onApplicationBootstrap();
    await until('r1', ['completed']);
    expect((await fleet.runs()).map(({ unit }) => unit).sort()).toEqual(['eu-a', 'eu-b', 'eu-c']);
  }, 20_000);

  it('on another machine begins nothing again that was begun, and finds out what became of it', async () => {
    await fleet.trouble('eu-a', '[ "$SLUICE_ACTION" = inspect ] || { echo trouble >> "$unit/began"; sleep 0.5; }\n');
    await submit('r1');
    await start('r1');
    for (let i = 0; i < 500 && !existsSync(join(folder, 'fleet', 'eu-a', 'began')); i += 1) await pause(5);
    await executor.tenure.lose();
    expect((await events('r1')).filter(({ type }) => type === 'UnitDeployed.v1')).toEqual([]);

    const other = new Executor('elsewhere');
    await other.conductor.onApplicationBootstrap();
    await until('r1', ['completed']);
    await other.conductor.onApplicationShutdown();
    expect((await fleet.runs()).map(({ unit }) => unit).sort()).toEqual(['eu-a', 'eu-b', 'eu-c']);
    const journals = (await events('r1')).flatMap(({ type, data }) =>
      type === 'UnitDeployStarted.v1' ? [(data as { journal: string }).journal] : [],
    );
    expect(new Set(journals).size).toBe(2);
  }, 20_000);

  it('leaves a release alone that is not its own any more', async () => {
    await submit('r1');
    await start('r1');
    for (let i = 0; i < 500 && (await deploysOf('eu-a')) === 0; i += 1) await pause(5);
    await executor.tenure.lose();
    const before = (await events('r1')).length;
    await executor.book.order('r1', { type: 'pause' }, person('operator'));
    await executor.book.order('r1', { type: 'resume' }, person('operator'));
    executor.conductor.look('r1');
    await pause(300);
    expect((await events('r1')).slice(before).map(({ type }) => type)).toEqual(['ReleaseHeld.v1', 'ReleaseResumed.v1']);
  });
});
