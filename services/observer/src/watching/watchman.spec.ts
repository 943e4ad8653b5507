import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import {
  type BatchView,
  DEFAULT_POLICY,
  next,
  plan,
  Release,
  type ReleaseOrder,
  type ReleaseView,
  Topology,
  viewRelease,
} from '#domain';
import { MemoryEventStore, MemoryLog } from '#event-store';
import { createLogger, type Orderer, pause, ReleaseBook, SOLE, systemClock } from '#runtime';
import { FileFleet, until } from '#testing';
import { ObserverConfig } from '../config.js';
import { OtlpInbox } from '../staging/otlp-inbox.js';
import { WatchMetrics } from './watch-metrics.js';
import { Watchman } from './watchman.js';

const EXECUTOR = { actor: { kind: 'service', id: 'executor' } } as const;
const ERRORS = {
  name: 'errors',
  metric: { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total', minimum: 50 },
};

let folder: string;
let fleet: FileFleet;
let log: MemoryLog;
let observers: Watchman[];
let commands = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-observer-'));
  fleet = new FileFleet(join(folder, 'fleet'));
  await fleet.start([{ name: 'eu', units: 3 }], '1');
  log = new MemoryLog();
  observers = [];
});

afterEach(async () => {
  for (const observer of observers) await observer.onApplicationShutdown();
  await fleet.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Another observer on the same log, as after a restart. */
async function observe(metrics = new Registry()): Promise<Watchman> {
  const store = new MemoryEventStore(log);
  const config = ObserverConfig.parse({ SLUICE_DATA: folder, OBSERVER_TIMEOUT_MS: 500 });
  const book = new ReleaseBook(store, systemClock);
  const logger = createLogger('observer', 'silent');
  const observer = new Watchman(
    store,
    systemClock,
    config,
    logger,
    SOLE,
    book,
    new OtlpInbox(config, logger),
    new WatchMetrics(metrics),
  );
  await observer.onApplicationBootstrap();
  observers.push(observer);
  return observer;
}

/** Submits and starts a release, and carries it out as an executor would: whatever is due is done at once and well. */
class ObservedRelease {
  private readonly book = new ReleaseBook(new MemoryEventStore(log), systemClock);

  async start(spec: object = {}): Promise<void> {
    const release = Release.parse({
      apiVersion: 'sluice/v1',
      kind: 'Release',
      metadata: { name: 'checkout' },
      spec: {
        service: 'checkout',
        version: '2',
        topology: 'production',
        rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
        interval: { default: '1s' },
        validate: [ERRORS],
        reason: 'new tax table',
        ...spec,
      },
    });
    const planned = plan(release, Topology.parse(fleet.topology('production')), DEFAULT_POLICY);
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    const { spec: policy } = DEFAULT_POLICY;
    const submission = { release: 'r1', name: 'checkout', spec: release.spec, plan: planned.plan, digest: 'd' };
    const pins = {
      topology: { name: 'production', revision: 0 },
      policy: { name: 'default', revision: -1, spec: policy },
    };
    await this.order({ type: 'submit', ...submission, ...pins });
    await this.order({ type: 'start' }, { kind: 'person', id: 'operator' });
  }

  /** Carries on until the release looks like this. */
  async until(what: string, isSo: (view: ReleaseView) => boolean): Promise<ReleaseView> {
    for (let i = 0; i < 800; i += 1) {
      const { state, revision } = await this.book.fresh('r1');
      const view = viewRelease(state, revision);
      if (view && isSo(view)) return view;
      const agenda = next(state, systemClock.now());
      for (const effect of agenda.effects) await this.carryOut(effect.kind, effect.batch, effect.unit.id);
      if (agenda.advance) await this.order({ type: 'advance' });
      await pause(15);
    }
    throw new Error(`it never came so far that ${what}`);
  }

  private async carryOut(kind: string, batch: string, unit: string): Promise<void> {
    const [from, to] = kind === 'deploy' ? ['1', '2'] : ['2', '1'];
    const before = { version: from, healthy: true };
    const after = { version: to, healthy: true };
    await fleet.install(unit, to);
    if (kind === 'deploy') {
      await this.order({ type: 'begin-unit', batch, unit, before });
      await this.order({ type: 'record-unit-deployed', batch, unit, attempt: 1, before, after, changed: true });
    } else {
      await this.order({ type: 'begin-unit-rollback', batch, unit, from: before });
      await this.order({ type: 'record-unit-rolled-back', batch, unit, attempt: 1, from: before, to: after });
    }
  }

  private async order(order: ReleaseOrder, actor: Orderer['actor'] = EXECUTOR.actor): Promise<void> {
    commands += 1;
    await this.book.order('r1', order, { commandId: `command-${commands}`, actor });
  }
}

function batch(view: ReleaseView, id: string): BatchView {
  const found = view.batches.find((candidate) => candidate.id === id);
  if (!found) throw new Error(`no batch ${id}`);
  return found;
}

describe('watching', () => {
  it('passes good batches, each after its interval, the last one by the baseline of the one before', async () => {
    await observe();
    const release = new ObservedRelease();
    await release.start();
    const view = await release.until('it is completed', ({ state }) => state === 'completed');
    expect(batch(view, 'eu.1').verdicts).toEqual([
      { validator: 'errors', verdict: 'passed', sentence: expect.stringContaining('of its control') },
    ]);
    expect(batch(view, 'eu.2').verdicts).toEqual([
      { validator: 'errors', verdict: 'passed', sentence: expect.stringContaining('of its baseline') },
    ]);
  }, 20_000);

  it('counts the verdicts that it has reached, by kind and not by name', async () => {
    const metrics = new Registry();
    await observe(metrics);
    const release = new ObservedRelease();
    await release.start();
    await release.until('it is completed', ({ state }) => state === 'completed');
    const text = await metrics.metrics();
    expect(text).toContain('sluice_verdicts_total{kind="metric",verdict="passed"} 2');
    expect(text.match(/^sluice_verdicts_total{/gm)).toHaveLength(1);
    await until('nothing is watched any more', async () =>
      (await metrics.metrics()).includes('sluice_batches_watched 0'),
    );
  }, 20_000);

  it('fails a bad batch before its interval is over', async () => {
    fleet.broken.add('2');
    await observe();
    const release = new ObservedRelease();
    await release.start({ interval: { default: '1m' } });
    const view = await release.until('it is rolled back', ({ state }) => state === 'rolled-back');
    expect(batch(view, 'eu.1').verdicts).toMatchObject([{ validator: 'errors', verdict: 'failed' }]);
    expect(batch(view, 'eu.2')).toMatchObject({ state: 'pending', verdicts: [] });
  }, 20_000);

  it('holds, and does not roll back, while a changed unit does not answer, and goes on when it does', async () => {
    fleet.silent.add('eu-a');
    await observe();
    const release = new ObservedRelease();
    await release.start({ limits: { verdictWithin: '1s' } });
    const held = await release.until('it is held', ({ state }) => state === 'held');
    expect(held.hold).toMatchObject({ cause: 'no-verdict', sentence: expect.stringContaining('unavailable') });
    fleet.silent.clear();
    await release.until('it is completed', ({ state }) => state === 'completed');
  }, 30_000);

  it('reads a file back from the units, and fails a batch that serves another one', async () => {
    await observe();
    const release = new ObservedRelease();
    const sha256 = createHash('sha256').update('another file').digest('hex');
    await release.start({ validate: [ERRORS, { name: 'online-file', file: { path: '/build-info.json', sha256 } }] });
    const view = await release.until('it is rolled back', ({ state }) => state === 'rolled-back');
    expect(batch(view, 'eu.1').verdicts).toMatchObject([{ validator: 'online-file', verdict: 'failed' }]);
  }, 20_000);

  it('goes on after a restart with what was found before, and does not count the time in between', async () => {
    const first = await observe();
    const release = new ObservedRelease();
    await release.start({ interval: { default: '2s' } });
    await release.until('it is observed', (view) => batch(view, 'eu.1').state === 'observing');
    await pause(1_200);
    await first.onApplicationShutdown();
    const away = systemClock.now();
    await pause(7_000);
    const back = systemClock.now();
    const view = await release.until('still observed', () => true);
    expect(batch(view, 'eu.1')).toMatchObject({ state: 'observing', verdicts: [] });
    await observe();
    await release.until('it is completed', ({ state }) => state === 'completed');
    expect(back - away).toBeGreaterThan(6_000);
  }, 40_000);
});
