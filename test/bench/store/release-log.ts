import {
  DEFAULT_POLICY,
  type Effect,
  findBatch,
  isStarted,
  next,
  plan,
  Release,
  type ReleaseOrder,
  type ReleaseState,
  type Started,
  Topology,
} from '#domain';
import type { EventStore } from '#event-store';
import { type Orderer, ReleaseBook } from '#runtime';

const UNITS = 240;
const AT_ONCE = 32;

const TOPOLOGY = Topology.parse({
  apiVersion: 'sluice/v1',
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    drivers: { exec: { inspect: ['unit', 'inspect'], deploy: ['unit', 'deploy'] } },
    clusters: [
      { name: 'eu-1', kind: 'zone', units: Array.from({ length: UNITS }, (_, i) => ({ id: `eu-1-unit-${i}` })) },
    ],
  },
});

const RELEASE = Release.parse({
  apiVersion: 'sluice/v1',
  kind: 'Release',
  metadata: { name: 'checkout-2.4.0' },
  spec: {
    service: 'checkout',
    version: '2.4.0',
    topology: 'production',
    rollout: [{ clusters: ['eu-1'], batches: [1, '10%', '50%', '100%'] }],
    interval: { first: '20m', default: '10m' },
    validate: [{ name: 'second-look', confirm: {} }],
    reason: 'Ships the new tax table',
  },
});

const AUTHOR = person('ada');
const OPERATOR = person('olga');
const COLLEAGUE = person('cleo');
const EXECUTOR = { kind: 'service', id: 'executor' } as const;

/** Releases that have been carried out, about 500 events each, written as the services write them. */
export async function writeReleases(store: EventStore, count: number): Promise<string[]> {
  const releases = Array.from({ length: count }, (_, index) => `checkout-${index}`);
  const left = [...releases];
  const write = async () => {
    for (let release = left.pop(); release !== undefined; release = left.pop()) await carryOut(store, release);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, write));
  return releases;
}

/** All happens that is due; when nothing is, time passes. */
async function carryOut(store: EventStore, release: string): Promise<void> {
  let now = Date.parse('2026-03-02T09:00:00.000Z');
  let commands = 0;
  const book = new ReleaseBook(store, { now: () => now, wakeAt: () => () => undefined });
  const order: GiveOrder = async (what, actor) => {
    commands += 1;
    now += 1;
    const by = { commandId: `${release}-${commands}`, actor, reason: RELEASE.spec.reason };
    const outcome = await book.order(release, what, by);
    if (outcome.outcome !== 'done') throw new Error(`${what.type} came to ${JSON.stringify(outcome)}`);
    return stateIn(book, release);
  };
  await order(submission(release), AUTHOR);
  let state = await order({ type: 'start' }, OPERATOR);
  while (isStarted(state) && state.status === 'running') {
    const { advance, effects, wakeAt } = next(state, now);
    const [effect] = effects;
    const batch = unconfirmed(state);
    if (advance) state = await order({ type: 'advance' }, EXECUTOR);
    else if (effect) state = await deploy(effect, order);
    else if (batch) state = await order({ type: 'confirm', batch, seen: 'orders come in' }, COLLEAGUE);
    else if (wakeAt !== null) now = Math.max(now, wakeAt);
    else throw new Error(`${release} does not go on`);
  }
}

type GiveOrder = (what: ReleaseOrder, actor: Orderer['actor']) => Promise<ReleaseState>;

function stateIn(book: ReleaseBook, release: string): ReleaseState {
  const file = book.known(release);
  if (!file) throw new Error(`${release} is not known`);
  return file.state;
}

async function deploy({ batch, unit: { id: unit } }: Effect, order: GiveOrder): Promise<ReleaseState> {
  const [before, after] = ['2.3.0', RELEASE.spec.version].map((version) => ({ version, healthy: true })) as [
    Seen,
    Seen,
  ];
  await order({ type: 'begin-unit', batch, unit, before }, EXECUTOR);
  return order({ type: 'record-unit-deployed', batch, unit, attempt: 1, before, after, changed: true }, EXECUTOR);
}

interface Seen {
  readonly version: string;
  readonly healthy: boolean;
}

function unconfirmed(state: Started): string | undefined {
  return state.plan.batches.find((batch) => {
    const now = findBatch(state, batch.id)?.state;
    return now?.status === 'observing' && now.confirmations.length === 0;
  })?.id;
}

function submission(release: string): ReleaseOrder {
  const made = plan(RELEASE, TOPOLOGY, DEFAULT_POLICY);
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return {
    type: 'submit',
    release,
    name: RELEASE.metadata.name,
    spec: RELEASE.spec,
    topology: { name: TOPOLOGY.metadata.name, revision: 0 },
    policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
    plan: made.plan,
    digest: 'of-this-plan',
  };
}

function person(id: string): Orderer['actor'] {
  return { kind: 'person', id, roles: ['author', 'operator'] };
}
