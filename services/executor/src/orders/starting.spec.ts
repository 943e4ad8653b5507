import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, Environment, plan, Release, type ReleaseOrder, Topology } from '#domain';
import { MemoryEventStore } from '#event-store';
import { type Orderer, ReleaseBook, systemClock } from '#runtime';
import { Starting } from './starting.js';

const apiVersion = 'sluice/v1';
const OLD = { version: '1', healthy: true };
const NEW = { version: '2', healthy: true };
const exec = { inspect: ['i'], deploy: ['d'] };

const topology = Topology.parse({
  apiVersion,
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    drivers: { exec },
    clusters: ['eu', 'us'].map((name) => ({ name, kind: 'zone', units: [{ id: `${name}-a` }, { id: `${name}-b` }] })),
  },
});

const environment = Environment.parse({
  apiVersion,
  kind: 'Environment',
  metadata: { name: 'shop-staging' },
  spec: {
    drivers: { exec },
    services: [
      { name: 'web', units: [{ id: 'staging-web', address: '10.9.0.1:80' }] },
      { name: 'orders', units: [{ id: 'staging-orders', address: '10.9.0.2:80' }] },
    ],
    router: { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/sluice.map' } },
    internal: { networks: ['10.0.0.0/8'] },
    calls: [{ file: '/var/log/calls.ndjson' }],
  },
});

let book: ReleaseBook;
let starting: Starting;
let commands = 0;

beforeEach(() => {
  book = new ReleaseBook(new MemoryEventStore(), systemClock);
  starting = new Starting(book);
});

function by(kind: 'person' | 'service', id: string): Orderer {
  commands += 1;
  return { commandId: `command-${commands}`, actor: { kind, id, roles: ['operator'] }, reason: 'because' };
}

function order(release: string, what: ReleaseOrder, who: Orderer = by('service', 'executor')) {
  return book.order(release, what, who);
}

/** Two releases have nothing in common but the environment: a service each, a cluster each. */
async function submit(release: string, service: string, cluster: string): Promise<void> {
  const document = Release.parse({
    apiVersion,
    kind: 'Release',
    metadata: { name: release },
    spec: {
      service,
      version: '2',
      topology: 'production',
      staging: { environment: 'shop-staging', observe: '1ms' },
      rollout: [{ clusters: [cluster], batches: [1, '100%'] }],
      validate: [{ name: 'look', log: { source: 'orders.log', pattern: 'placed', min: 1 } }],
      reason: 'new tax table',
    },
  });
  const planned = plan(document, topology, DEFAULT_POLICY, environment);
  if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
  const pins = {
    topology: { name: 'production', revision: 0 },
    policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
    environment: { name: 'shop-staging', revision: 0 },
  };
  const { spec } = document;
  await order(
    release,
    { type: 'submit', release, name: release, spec, ...pins, plan: planned.plan, digest: 'd' },
    by('person', 'author'),
  );
}

/** Everything works: the one staging unit is deployed, probed, gets its traffic, is judged, and is emptied. */
async function passStaging(release: string, unit: string): Promise<void> {
  const batch = 'staging';
  await order(release, { type: 'advance' });
  await order(release, { type: 'begin-unit', batch, unit, before: OLD });
  await order(release, {
    type: 'record-unit-deployed',
    batch,
    unit,
    attempt: 1,
    before: OLD,
    after: NEW,
    changed: true,
  });
  await order(release, { type: 'advance' });
  const { state } = await book.fresh(release);
  const deployedAt = 'batches' in state ? (state.batches.at(0).deployedAt ?? '') : '';
  const good = { verdict: 'passed', sentence: 'good', evidence: {} } as const;
  await order(release, { type: 'record-probe', deployedAt, ...good });
  for (const shift of [1, 2]) {
    await order(release, { type: 'advance' });
    await order(release, { type: 'record-traffic-shifted', shift });
  }
  for (const validator of ['look', 'closed-loop', 'traffic-share'])
    await order(release, { type: 'record-verdict', batch, validator, deployedAt, ...good });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await order(release, { type: 'advance' });
}

describe('starting a release that begins in an environment', () => {
  beforeEach(async () => {
    await submit('r1', 'web', 'eu');
    await submit('r2', 'orders', 'us');
    await starting.start('r1', by('person', 'operator'));
  });

  it('is refused while another release has the environment, which is named', async () => {
    expect(await starting.start('r2', by('person', 'operator'))).toMatchObject({
      outcome: 'refused',
      refusal: { code: 'ENVIRONMENT_TAKEN', message: expect.stringContaining('release r1 is in shop-staging') },
    });
  });

  it('is possible once the other has passed it, and its traffic has left', async () => {
    await passStaging('r1', 'staging-web');
    expect(await starting.start('r2', by('person', 'operator'))).toMatchObject({ outcome: 'refused' });
    await order('r1', { type: 'record-traffic-shifted', shift: 3 });
    await order('r1', { type: 'advance' });
    expect((await book.fresh('r1')).state).toMatchObject({ openWave: 1 });
    expect(await starting.start('r2', by('person', 'operator'))).toMatchObject({ outcome: 'done' });
  });

  it('is possible once the other has ended', async () => {
    await order('r1', { type: 'abort' }, by('person', 'operator'));
    expect(await starting.start('r2', by('person', 'operator'))).toMatchObject({ outcome: 'done' });
  });
});
