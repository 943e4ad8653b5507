import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_POLICY,
  Environment,
  plan,
  Release,
  type ReleaseOrder,
  Topology,
  timetable,
  viewRelease,
} from '#domain';
import { MemoryEventStore } from '#event-store';
import { type Clock, ReleaseBook } from '#runtime';
import { Plan, PlanPreview, ReleaseView } from './replies.js';

const API = 'sluice/v1';
const AT = Date.parse('2026-01-05T10:00:00.000Z');

const drivers = { exec: { inspect: ['inspect'], deploy: ['deploy'] } };
const environment = Environment.parse({
  apiVersion: API,
  kind: 'Environment',
  metadata: { name: 'checkout-staging' },
  spec: {
    services: [{ name: 'checkout', units: [{ id: 'stage-a', address: '10.9.0.1:8080' }] }],
    router: { haproxy: { admin: '/run/haproxy/admin.sock', map: '/etc/haproxy/sluice.map' } },
    internal: { networks: ['10.0.0.0/8'] },
    calls: [{ file: '/var/log/calls.ndjson' }],
  },
});
const topology = Topology.parse({
  apiVersion: API,
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: { drivers, clusters: [{ name: 'eu', kind: 'zone', units: [{ id: 'eu-a' }, { id: 'eu-b' }] }] },
});
const release = Release.parse({
  apiVersion: API,
  kind: 'Release',
  metadata: { name: 'checkout-2' },
  spec: {
    service: 'checkout',
    version: '2',
    topology: 'production',
    staging: { environment: 'checkout-staging' },
    rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
    validate: [{ name: 'second-look', confirm: { role: 'operator' } }],
    reason: 'new tax table',
  },
});

function stagedPlan() {
  const result = plan(release, topology, DEFAULT_POLICY, environment);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.plan;
}

describe('the description of the answers leaves nothing out', () => {
  it('of a plan that begins in staging', () => {
    expect(Plan.parse(stagedPlan())).toEqual(stagedPlan());
  });

  it('of a preview, freezes that it waits for included', () => {
    const times = timetable(stagedPlan(), AT);
    const waits = { window: 'sale', until: '2026-01-06T00:00:00.000Z' };
    const preview = {
      ...stagedPlan(),
      digest: 'd1',
      times: { ...times, waves: times.waves.map((entry, i) => (i === 1 ? { ...entry, waits } : entry)) },
    };
    expect(PlanPreview.parse(preview)).toEqual(preview);
  });

  it('of a release whose traffic is being moved', async () => {
    const clock: Clock = { now: () => AT, wakeAt: () => () => undefined };
    const book = new ReleaseBook(new MemoryEventStore(), clock);
    let commands = 0;
    const order = async (what: ReleaseOrder) => {
      commands += 1;
      const by = { commandId: `command-${commands}`, actor: { kind: 'person', id: 'ada', roles: [] } } as const;
      const outcome = await book.order('checkout-2', what, by);
      if (outcome.outcome !== 'done') throw new Error(`${what.type}: ${JSON.stringify(outcome)}`);
    };
    const { spec } = release;
    const names = { release: 'checkout-2', name: 'checkout-2', digest: 'd1' };
    const pins = {
      topology: { name: 'production', revision: 1 },
      policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
      environment: { name: 'checkout-staging', revision: 0 },
    };
    await order({ type: 'submit', ...names, spec, ...pins, plan: stagedPlan() });
    await order({ type: 'start' });
    await order({ type: 'advance' });
    const unit = { batch: 'staging', unit: 'stage-a' };
    const before = { version: '1', healthy: true };
    await order({ type: 'begin-unit', ...unit, before });
    const after = { version: '2', healthy: true };
    await order({ type: 'record-unit-deployed', ...unit, attempt: 1, before, after, changed: true });
    await order({ type: 'advance' });
    const deployedAt = new Date(AT).toISOString();
    const judgement = { verdict: 'passed', sentence: '4 calls seen, none left the environment', evidence: {} } as const;
    await order({ type: 'record-probe', deployedAt, ...judgement });
    await order({ type: 'advance' });
    const error = { code: 'unreachable', message: 'the admin socket does not answer', retryable: true };
    await order({ type: 'record-traffic-shift-failed', shift: 1, error });

    const view = viewRelease((await book.fresh('checkout-2')).state, 1);
    expect(view?.staging).toMatchObject({ probe: { verdict: 'passed' }, traffic: { error: error.message } });
    expect(ReleaseView.parse(view)).toEqual(view);
  });
});
