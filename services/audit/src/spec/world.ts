import {
  CONFIGURATION_CATEGORY,
  type ConfigurationEvent,
  type ConfigurationState,
  DEFAULT_POLICY,
  decideProposal,
  decideRegistration,
  type Environment,
  evolveConfiguration,
  NO_CONFIGURATION,
  type ProposalDecision,
  type Reading,
  type ReleaseOrder,
  type Topology,
} from '#domain';
import type { EventStore, NewEvent } from '#event-store';
import { type Clock, eventId, iso, type Orderer, type Outcome, ReleaseBook, sha256 } from '#runtime';
import { ENVIRONMENT, planned, TOPOLOGY } from './documents.js';

const ROLES = ['viewer', 'author', 'operator', 'approver'];

/**
 * A plane in small, in one process and on a clock of its own: the real core and a real log, with units that are entries
 * of a map. It makes the histories that the specs read.
 */
export class World {
  /** What each unit runs. */
  readonly units = new Map<string, string | null>();
  readonly book: ReleaseBook;
  now = Date.parse('2026-03-01T09:00:00.000Z');
  private commands = 0;
  /** The steady clock of whoever carries releases out; none as long as nobody has wound it. */
  reading: (() => Reading) | undefined;

  constructor(readonly store: EventStore) {
    const clock: Clock = { now: () => this.now, wakeAt: () => () => undefined };
    this.book = new ReleaseBook(store, clock);
    const places = [...TOPOLOGY.spec.clusters, ...ENVIRONMENT.spec.services];
    for (const { units } of places) for (const { id } of units ?? []) this.units.set(id, '1.0.0');
  }

  get time(): string {
    return iso(this.now);
  }

  /** Registers the topology, or the environment. */
  async register({ kind, metadata, ...rest }: Topology | Environment = TOPOLOGY, by = 'ada'): Promise<void> {
    const { name } = metadata;
    const text = JSON.stringify({ kind, metadata, ...rest });
    const stream = `${CONFIGURATION_CATEGORY[kind]}-${name}`;
    const registration = `r-${name}`;
    const command = { kind, name, text, digest: sha256(text), registration };
    const actor = { kind: 'person', id: by } as const;
    const meta = { commandId: registration, actor, correlationId: registration, causationId: registration };
    const events = decideRegistration(command, NO_CONFIGURATION).map(
      (event, index): NewEvent => ({ id: eventId(stream, registration, index), ...event, at: this.time, meta }),
    );
    await this.store.append({ stream, expectedRevision: -1, commitId: registration, events });
  }

  /** Registers a version of a policy, or proposes it when it asks less than the one before. */
  async changePolicy(spec: object, by: string, name = 'default'): Promise<void> {
    const text = JSON.stringify({ kind: 'Policy', metadata: { name }, spec });
    await this.write(name, by, 'a better number', (state, registration) =>
      decideRegistration({ kind: 'Policy', name, text, digest: sha256(text), registration }, state),
    );
  }

  /** Somebody's word on the version that is proposed, as a director; it may be refused, and that is on record. */
  async decideOnPolicy(decision: ProposalDecision, by: string, name = 'default'): Promise<void> {
    const reason = `${by} has looked at it`;
    await this.write(name, by, reason, (state) => {
      const outcome = decideProposal({ name, decision, actor: { id: by, level: 'director' }, reason }, state);
      if (outcome.ok) return outcome.events;
      return [
        { type: 'ConfigurationRefused.v1', data: { kind: 'Policy', name, command: decision, ...outcome.refusal } },
      ];
    });
  }

  private async write(
    policy: string,
    by: string,
    reason: string,
    decide: (state: ConfigurationState, commandId: string) => readonly ConfigurationEvent[],
  ): Promise<void> {
    this.now += 1_000;
    const { commandId, actor } = this.orderer('person', by);
    const stream = `policy-${policy}`;
    let [state, revision] = [NO_CONFIGURATION, -1];
    for await (const event of this.store.readStream(stream)) {
      state = evolveConfiguration(state, event);
      revision = event.revision;
    }
    const meta = {
      commandId,
      actor: { kind: actor.kind, id: actor.id },
      reason,
      correlationId: commandId,
      causationId: commandId,
    };
    const events = decide(state, commandId).map(
      (event, index): NewEvent => ({ id: eventId(stream, commandId, index), ...event, at: this.time, meta }),
    );
    await this.store.append({ stream, expectedRevision: revision, commitId: commandId, events });
  }

  /** Submits a release over the topology; some fields of its spec may be given. */
  async submit(id: string, spec: object = {}, by = 'ada'): Promise<void> {
    const { release, plan } = planned(id, spec);
    await this.mustDo(id, by, {
      type: 'submit',
      release: id,
      name: id,
      spec: release.spec,
      topology: { name: 'production', revision: 1 },
      policy: { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec },
      ...(plan.staging ? { environment: { name: plan.staging.environment, revision: 1 } } : {}),
      plan,
      digest: sha256(JSON.stringify(plan)),
    });
  }

  /** A person's order, which may be refused. */
  order(release: string, by: string, order: ReleaseOrder, reason?: string): Promise<Outcome> {
    this.now += 1_000;
    return this.book.order(release, order, { ...this.orderer('person', by), ...(reason ? { reason } : {}) });
  }

  /** A person's order that has to be carried out. */
  async mustDo(release: string, by: string, order: ReleaseOrder, reason?: string): Promise<void> {
    const outcome = await this.order(release, by, order, reason);
    if (outcome.outcome !== 'done') throw new Error(`${order.type} by ${by}: ${JSON.stringify(outcome)}`);
  }

  /** What a service does by itself. */
  serve(release: string, order: ReleaseOrder): Promise<Outcome> {
    this.now += 100;
    return this.book.order(release, order, { ...this.orderer('service', 'executor'), reading: this.reading });
  }

  private orderer(kind: 'person' | 'service', id: string): Orderer {
    this.commands += 1;
    return { commandId: `command-${this.commands}`, actor: { kind, id, roles: ROLES, level: 'director' } };
  }
}
