import {
  CONFIGURATION_CATEGORY,
  DEFAULT_POLICY,
  decideRegistration,
  isEnd,
  isStarted,
  NO_CONFIGURATION,
  next,
  plan,
  Release,
  type ReleaseOrder,
  Topology,
  type UnitVersion,
} from '#domain';
import type { EventStore, NewEvent } from '#event-store';
import { type Clock, eventId, iso, type Orderer, type Outcome, ReleaseBook, sha256 } from '#runtime';

export const TOPOLOGY = Topology.parse({
  apiVersion: 'sluice/v1',
  kind: 'Topology',
  metadata: { name: 'production' },
  spec: {
    drivers: { exec: { inspect: ['inspect'], deploy: ['deploy'] } },
    clusters: ['eu-1', 'us-1'].map((name) => ({
      name,
      kind: 'zone',
      units: ['a', 'b', 'c'].map((letter) => ({ id: `${name}-${letter}` })),
    })),
  },
});

const RELEASE = {
  service: 'checkout',
  version: '2.0.0',
  topology: 'production',
  rollout: [{ clusters: ['eu-1', 'us-1'], order: 'serial', batches: [1, '100%'] }],
  interval: { default: '10m' },
  validate: [{ name: 'errors', metric: { events: 'errors', exposure: 'requests' } }],
  reason: 'ships the new tax table',
};

const ROLES = ['viewer', 'author', 'operator', 'approver'];

/** How the units of a world behave. */
interface Behaviour {
  /** What a validator says of a batch; `passed` when left out. */
  readonly verdict?: (batch: string) => 'passed' | 'failed';
  /** Whether deploying to this unit fails, at this attempt. */
  readonly fails?: (unit: string, attempt: number) => boolean;
  /** The same for putting it back. */
  readonly failsBack?: (unit: string, attempt: number) => boolean;
}

/**
 * A plane in small, in one process and on a clock of its own: the real core and the real log, with units that are
 * entries of a map. It makes the histories that the specs read.
 */
export class World {
  /** What each unit runs. */
  readonly units = new Map<string, string | null>();
  private now = Date.parse('2026-03-01T09:00:00.000Z');
  private commands = 0;
  private readonly book: ReleaseBook;

  constructor(readonly store: EventStore) {
    const clock: Clock = { now: () => this.now, wakeAt: () => () => undefined };
    this.book = new ReleaseBook(store, clock);
    for (const { units } of TOPOLOGY.spec.clusters) for (const { id } of units ?? []) this.units.set(id, '1.0.0');
  }

  get time(): string {
    return iso(this.now);
  }

  wait(ms: number): void {
    this.now += ms;
  }

  /** Registers the topology. */
  async register(by = 'ada'): Promise<void> {
    const text = JSON.stringify(TOPOLOGY);
    const stream = `${CONFIGURATION_CATEGORY.Topology}-production`;
    const command = { kind: 'Topology', name: 'production', text, digest: sha256(text), registration: 'r-1' } as const;
    const events = decideRegistration(command, NO_CONFIGURATION).map((event, index): NewEvent => {
      const meta = { commandId: 'r-1', actor: { kind: 'person', id: by }, correlationId: 'r-1', causationId: 'r-1' } as const;
      return { id: eventId(stream, 'r-1', index), ...event, at: this.time, meta };
    });
    await this.store.append({ stream, expectedRevision: -1, commitId: 'r-1', events });
  }

  /** Submits a release; some fields of its spec may be given. */
  async submit(id: string, spec: object = {}, by = 'ada'): Promise<void> {
    const metadata = { name: id };
    const release = Release.parse({ apiVersion: 'sluice/v1', kind: 'Release', metadata, spec: { ...RELEASE, ...spec } });
    const planned = plan(release, TOPOLOGY, DEFAULT_POLICY);
    if (!planned.ok) throw new Error(JSON.stringify(planned.problems));
    await this.mustDo(id, by, {
      type: 'submit',
      release: id,
      name: id,
      spec: release.spec,
      topology: { name: 'production', revision: 1 },
      policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
      plan: planned.plan,
      digest: sha256(JSON.stringify(planned.plan)),
    });
  }

  /** A person's order, which may be refused. */
  order(release: string, by: string, order: ReleaseOrder, reason?: string): Promise<Outcome> {
    this.wait(1_000);
    return this.book.order(release, order, { ...this.orderer('person', by), ...(reason ? { reason } : {}) });
  }

  /** A person's order that is carried out. */
  async mustDo(release: string, by: string, order: ReleaseOrder, reason?: string): Promise<void> {
    const outcome = await this.order(release, by, order, reason);
    if (outcome.outcome !== 'done') throw new Error(`${order.type} by ${by}: ${JSON.stringify(outcome)}`);
  }

  /** Lets executor and observer work on a release until it has ended, or nothing goes on without a person. */
  async carryOut(release: string, behaviour: Behaviour = {}): Promise<string> {
    for (;;) {
      const { state } = await this.book.fresh(release);
      if (!isStarted(state) || isEnd(state.status)) return state.status;
      const agenda = next(state, this.now);
      if (agenda.advance) await this.serve(release, { type: 'advance' });
      else if (agenda.effects.length > 0) for (const { batch, unit, kind } of agenda.effects) {
        if (kind === 'deploy') await this.deploy(release, batch, unit.id, state.spec.version, behaviour);
        else await this.putBack(release, batch, unit.id, behaviour);
      }
      else if (!(await this.judge(release, behaviour))) {
        if (agenda.wakeAt === null || state.status === 'held') return state.status;
        this.now = agenda.wakeAt;
      }
    }
  }

  private async deploy(release: string, batch: string, unit: string, version: string, { fails }: Behaviour) {
    const before = this.read(unit);
    const begun = await this.serve(release, { type: 'begin-unit', batch, unit, before });
    const attempt = attemptOf(begun);
    if (attempt === null) return;
    if (fails?.(unit, attempt)) {
      const error = { code: 'DISK_FULL', message: 'no space left', retryable: attempt < 2 };
      await this.serve(release, { type: 'record-unit-failed', batch, unit, attempt, error, unchanged: true });
      return;
    }
    this.units.set(unit, version);
    const after = this.read(unit);
    const changed = before.version !== version;
    await this.serve(release, { type: 'record-unit-deployed', batch, unit, attempt, before, after, changed });
  }

  private async putBack(release: string, batch: string, unit: string, { failsBack }: Behaviour) {
    const from = this.read(unit);
    const begun = await this.serve(release, { type: 'begin-unit-rollback', batch, unit, from });
    const attempt = attemptOf(begun);
    if (attempt === null) return;
    if (failsBack?.(unit, attempt)) {
      const error = { code: 'UNREACHABLE', message: 'no route to host', retryable: attempt < 2 };
      await this.serve(release, { type: 'record-unit-rollback-failed', batch, unit, attempt, error });
      return;
    }
    this.units.set(unit, targetOf(begun));
    await this.serve(release, { type: 'record-unit-rolled-back', batch, unit, attempt, from, to: this.read(unit) });
  }

  /** Judges the first batch that waits for it. False when none does. */
  private async judge(release: string, { verdict }: Behaviour): Promise<boolean> {
    const { state } = await this.book.fresh(release);
    if (!isStarted(state)) return false;
    for (const number of state.active) {
      const batch = state.batches.at(number);
      const { id } = state.plan.batches[number] ?? { id: '' };
      const name = state.spec.validate.find((one) => !one.confirm && !batch.verdicts.has(one.name))?.name;
      if (batch.status !== 'observing' || name === undefined || batch.deployedAt === null) continue;
      const found = verdict?.(id) ?? 'passed';
      const sentence = `4 of 100 requests failed on the new version, 3 of 100 on the old one: ${found}`;
      const evidence = { changed: { events: 4, exposure: 100 }, control: { events: 3, exposure: 100 } };
      const { deployedAt } = batch;
      const order = { type: 'record-verdict', batch: id, validator: name, deployedAt, verdict: found, sentence, evidence };
      await this.serve(release, order as ReleaseOrder);
      return true;
    }
    return false;
  }

  private serve(release: string, order: ReleaseOrder): Promise<Outcome> {
    this.wait(100);
    return this.book.order(release, order, this.orderer('service', 'executor'));
  }

  private orderer(kind: 'person' | 'service', id: string): Orderer {
    this.commands += 1;
    return { commandId: `command-${this.commands}`, actor: { kind, id, roles: ROLES, level: 'director' } };
  }

  private read(unit: string): UnitVersion {
    const version = this.units.get(unit) ?? null;
    return { version, healthy: version !== null };
  }
}

function attemptOf(outcome: Outcome): number | null {
  if (outcome.outcome !== 'done') return null;
  return (outcome.events[0]?.data as { attempt: number }).attempt;
}

function targetOf(outcome: Outcome): string | null {
  if (outcome.outcome !== 'done') throw new Error(`a rollback could not begin: ${outcome.outcome}`);
  return (outcome.events[0]?.data as { to: string | null }).to;
}
