import {
  DEFAULT_POLICY,
  type Effect,
  isEnd,
  isStarted,
  next,
  type ReleaseOrder,
  type Started,
  type Topology,
  type UnitVersion,
  validatorsOf,
} from '#domain';
import type { EventStore } from '#event-store';
import { type Clock, iso, type Outcome, ReleaseBook, sha256 } from '#runtime';
import { plannedRelease, topologyOf } from './documents.js';

const FIRST_RELEASE = Date.parse('2026-01-05T09:00:00.000Z');
const ROLES = ['viewer', 'author', 'operator', 'approver'];
/** Every fifth release is a bad one, which its third batch shows. */
const BAD_ONE_IN = 5;

interface Watch {
  /** Awaited before each order: whoever wants a steady rate gives the beat. */
  readonly beat?: () => Promise<void>;
  /** Told where the newest event of an order stands in the log. */
  readonly stored?: (position: number) => void;
}

/**
 * What a team's releases write into a log: the core decides every event, units are entries of a map, and time goes on to
 * whatever is due next. One release after another.
 */
export class TeamHistory {
  private readonly topology: Topology;
  private readonly book: ReleaseBook;
  private readonly units = new Map<string, string>();
  private now = FIRST_RELEASE;
  private releases = 0;
  private commands = 0;

  constructor(
    store: EventStore,
    private readonly team: string,
    private readonly watch: Watch = {},
  ) {
    this.topology = topologyOf(team);
    const clock: Clock = { now: () => this.now, wakeAt: () => () => undefined };
    this.book = new ReleaseBook(store, clock, { finishedKept: 1 });
  }

  /** Submits a release, starts it and carries it out to its end. @returns how many events that made */
  async release(): Promise<number> {
    const id = await this.submit();
    await this.order(id, 'olga', { type: 'start' });
    return this.carryOut(id);
  }

  private async submit(): Promise<string> {
    this.releases += 1;
    const { release, plan } = plannedRelease(this.topology, `1.${this.releases}.0`);
    const id = `${this.team}-${this.releases}`;
    await this.order(id, 'ada', {
      type: 'submit',
      release: id,
      name: release.metadata.name,
      spec: release.spec,
      topology: { name: this.team, revision: 1 },
      policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
      plan,
      digest: sha256(JSON.stringify(plan)),
    });
    return id;
  }

  private async carryOut(id: string): Promise<number> {
    const isBad = this.releases % BAD_ONE_IN === 0;
    for (;;) {
      const { state, revision } = await this.book.fresh(id);
      if (!isStarted(state) || isEnd(state.status)) return revision + 1;
      const { advance, effects, wakeAt } = next(state, this.now);
      const verdict = dueVerdict(state, isBad);
      if (advance) await this.order(id, null, { type: 'advance' });
      else if (effects.length > 0) for (const effect of effects) await this.apply(id, effect, state);
      else if (verdict) await this.order(id, null, verdict);
      else if (wakeAt !== null) this.now = wakeAt;
      else throw new Error(`${id} is ${state.status} and does not go on`);
    }
  }

  private async apply(id: string, { kind, batch, unit: { id: unit } }: Effect, { spec }: Started): Promise<void> {
    const before = this.read(unit);
    const isBack = kind === 'roll-back';
    const begin = isBack ? { from: before } : { before };
    const begun = await this.order(id, null, {
      type: isBack ? 'begin-unit-rollback' : 'begin-unit',
      batch,
      unit,
      ...begin,
    } as ReleaseOrder);
    const { attempt, to } = dataOf(begun);
    this.units.set(unit, isBack ? (to ?? '') : spec.version);
    const after = this.read(unit);
    const told = { batch, unit, attempt: attempt ?? 1 };
    await this.order(
      id,
      null,
      isBack
        ? { type: 'record-unit-rolled-back', ...told, from: before, to: after }
        : { type: 'record-unit-deployed', ...told, before, after, changed: before.version !== after.version },
    );
  }

  /** @param person null: a service does it by itself */
  private async order(id: string, person: string | null, order: ReleaseOrder): Promise<Outcome> {
    this.commands += 1;
    this.now += 250;
    const actor = { kind: person ? 'person' : 'service', id: person ?? 'executor', roles: ROLES } as const;
    await this.watch.beat?.();
    const outcome = await this.book.order(id, order, { commandId: `${this.team}-c-${this.commands}`, actor });
    const newest = outcome.outcome === 'done' ? outcome.events.at(-1) : undefined;
    if (newest) this.watch.stored?.(newest.position);
    if (outcome.outcome === 'done') return outcome;
    throw new Error(`${order.type} at ${iso(this.now)}: ${JSON.stringify(outcome)}`);
  }

  private read(unit: string): UnitVersion {
    return { version: this.units.get(unit) ?? '1.0.0', healthy: true };
  }
}

function dueVerdict(state: Started, isBad: boolean): ReleaseOrder | null {
  for (const number of state.active) {
    const { status, deployedAt, verdicts } = state.batches.at(number);
    const batch = state.plan.batches[number]?.id;
    const validator = validatorsOf(state, number).find((name) => !verdicts.has(name));
    if (status !== 'observing' || deployedAt === null || batch === undefined || validator === undefined) continue;
    const fails = isBad && number === 2;
    return {
      type: 'record-verdict',
      batch,
      validator,
      deployedAt,
      verdict: fails ? 'failed' : 'passed',
      sentence: fails
        ? '412 of 10,000 requests failed, 31 of 10,000 before'
        : '29 of 10,000 requests failed, as before',
      evidence: {
        changed: { events: fails ? 412 : 29, exposure: 10_000 },
        others: { events: 310, exposure: 100_000 },
        ratio: { estimate: fails ? 13.29 : 0.94, low: 0.61, high: fails ? 15.8 : 1.21, alpha: 0.01 },
      },
    };
  }
  return null;
}

function dataOf(outcome: Outcome): { attempt?: number; to?: string | null } {
  const [first] = outcome.outcome === 'done' ? outcome.events : [];
  return (first?.data ?? {}) as { attempt?: number; to?: string | null };
}
