import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import {
  type CallSource,
  DEFAULT_POLICY,
  Environment,
  next,
  plan,
  Release,
  type ReleaseOrder,
  type ReleaseView,
  Topology,
  viewRelease,
} from '#domain';
import { MemoryEventStore, MemoryLog } from '#event-store';
import { createLogger, pause, ReleaseBook, SOLE, systemClock } from '#runtime';
import { freePorts, ServiceStack, until } from '#testing';
import { ObserverConfig } from '../config.js';
import { WatchMetrics } from '../watching/watch-metrics.js';
import { Watchman } from '../watching/watchman.js';
import { OtlpInbox } from './otlp-inbox.js';

const OLD = { version: '1', healthy: true };
const NEW = { version: '2', healthy: true };
const logger = createLogger('observer', 'silent');

let folder: string;
let log: MemoryLog;
let stack: ServiceStack;
let ends: (() => Promise<void>)[];
let commands = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-staging-'));
  log = new MemoryLog();
  ends = [];
});

afterEach(async () => {
  for (const end of ends.reverse()) await end();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** An observer on the log, taking spans at this place if one is given. */
async function observe(otlp?: string): Promise<void> {
  const store = new MemoryEventStore(log);
  const config = ObserverConfig.parse({ SLUICE_DATA: folder, ...(otlp ? { OBSERVER_OTLP: otlp } : {}) });
  const inbox = new OtlpInbox(config, logger);
  const watchman = new Watchman(
    store,
    systemClock,
    config,
    logger,
    SOLE,
    new ReleaseBook(store, systemClock),
    inbox,
    new WatchMetrics(new Registry()),
  );
  await inbox.onModuleInit();
  await watchman.onApplicationBootstrap();
  ends.push(async () => {
    await watchman.onApplicationShutdown();
    await inbox.onApplicationShutdown();
  });
}

async function startStack(otlp?: string): Promise<void> {
  stack = await ServiceStack.start(folder, otlp ? { otlp: `http://${otlp}/v1/traces` } : {});
  ends.push(() => stack.stop());
}

/** A release of web that is deployed to staging; nobody moves traffic. */
class StagedRelease {
  private readonly book = new ReleaseBook(new MemoryEventStore(log), systemClock);

  async start(calls?: readonly CallSource[]): Promise<void> {
    const environment = environmentOf(calls);
    const spec = releaseOf();
    const planned = plan(spec, topology, DEFAULT_POLICY, environment);
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    const pins = {
      topology: { name: 'production', revision: 0 },
      policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
      environment: { name: 'shop-staging', revision: 0 },
    };
    const release = { release: 'r1', name: 'web', spec: spec.spec };
    await this.order({ type: 'submit', ...release, ...pins, plan: planned.plan, digest: 'd' }, 'person');
    await this.order({ type: 'start' }, 'person');
    await this.order({ type: 'advance' });
    const unit = { batch: 'staging', unit: 'web-staging-a' };
    await this.order({ type: 'begin-unit', ...unit, before: OLD });
    await this.order({ type: 'record-unit-deployed', ...unit, attempt: 1, before: OLD, after: NEW, changed: true });
    await this.order({ type: 'advance' });
  }

  async until(what: string, isSo: (view: ReleaseView) => boolean): Promise<ReleaseView> {
    let seen: ReleaseView | null = null;
    await until(what, async () => {
      const { state, revision } = await this.book.fresh('r1');
      const { advance, staging } = next(state, systemClock.now());
      if (advance) await this.order({ type: 'advance' });
      // The router is quick and does what it is told.
      else if (staging?.kind === 'shift') await this.order({ type: 'record-traffic-shifted', shift: staging.shift });
      seen = viewRelease(state, revision);
      return seen !== null && isSo(seen);
    });
    if (!seen) throw new Error('there is no release');
    return seen;
  }

  private async order(order: ReleaseOrder, kind: 'person' | 'service' = 'service'): Promise<void> {
    commands += 1;
    await this.book.order('r1', order, { commandId: `command-${commands}`, actor: { kind, id: 'somebody' } });
  }
}

const topology = Topology.parse({
  apiVersion: 'sluice/v1',
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    drivers: { exec: { inspect: ['i'], deploy: ['d'] } },
    clusters: [{ name: 'eu', kind: 'zone', units: [{ id: 'eu-a' }, { id: 'eu-b' }] }],
  },
});

function releaseOf(): Release {
  return Release.parse({
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: 'web' },
    spec: {
      service: 'web',
      version: '2',
      topology: 'production',
      staging: { environment: 'shop-staging', observe: '1m' },
      rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
      validate: [{ name: 'second-look', confirm: {} }],
      reason: 'new tax table',
    },
  });
}

function environmentOf(calls?: readonly CallSource[]): Environment {
  const { spec, ...rest } = stack.environment();
  const internal = { networks: ['10.0.0.0/8'] };
  return Environment.parse({ ...rest, spec: { ...spec, internal, calls: calls ?? spec.calls } });
}

function loopOf({ staging }: ReleaseView) {
  return staging?.verdicts.find(({ validator }) => validator === 'closed-loop');
}

const isProbed = ({ staging }: ReleaseView) => staging?.probe?.verdict === 'passed';

describe('the closed loop of a staged release', () => {
  it('is probed by the spans that services send, and a call that drops its tag fails it', async () => {
    const [port] = await freePorts(1);
    await observe(`127.0.0.1:${port}`);
    await startStack(`127.0.0.1:${port}`);
    const release = new StagedRelease();
    await release.start();
    const probed = await release.until('it is probed', isProbed);
    expect(probed.staging?.probe?.sentence).toContain('saw all calls stay inside');
    await release.until('all traffic is in', ({ staging }) => staging?.traffic.now.production === '1%');
    stack.dropTag('web');
    await stack.send('staging', 5);
    const view = await release.until('it goes back', ({ state }) => state === 'rolling-back');
    expect(loopOf(view)).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('inside the environment, without its tag'),
    });
  }, 40_000);

  it('is not probed while a source of calls cannot be read; it is tried again, and goes on when it can', async () => {
    await startStack();
    await observe();
    const missing = join(folder, 'router.log');
    const release = new StagedRelease();
    await release.start([...stack.environment().spec.calls, { file: missing }]);
    const waiting = await release.until('a probe was tried', ({ staging }) => staging?.probe !== null);
    expect(waiting.staging?.probe).toMatchObject({
      verdict: 'unavailable',
      sentence: expect.stringContaining(`${missing} is not there`),
    });
    await writeFile(missing, '');
    await release.until('it is probed', isProbed);
  }, 60_000);

  it('is watched on by the next observer from where the log says the last one was', async () => {
    await startStack();
    await observe();
    const release = new StagedRelease();
    await release.start();
    await release.until('all traffic is in', ({ staging }) => staging?.traffic.now.production === '1%');
    await pause(1_500);
    await ends.pop()?.();
    stack.dropTag('orders');
    await stack.send('staging', 1);
    stack.dropTag('orders', false);
    await stack.flush();
    await observe();
    const view = await release.until('it goes back', ({ state }) => state === 'rolling-back');
    expect(loopOf(view)?.sentence).toContain('orders (127.0.2.21) called stock');
  }, 40_000);
});
