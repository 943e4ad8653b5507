import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  CONFIGURATION_CATEGORY,
  CONFIGURATION_KINDS,
  type ConfigurationEvent,
  type ConfigurationKind,
  type ConfigurationOutcome,
  type ConfigurationState,
  type DecideProposal,
  decideProposal,
  decideRegistration,
  isStale,
  type ProposalRefusal,
  type Proposed,
  type RegisterConfiguration,
  type Registered,
} from '#domain';
import type { EventStore, RecordedEvent, Subscription } from '#event-store';
import {
  CLOCK,
  type Clock,
  commitAll,
  dieWith,
  EVENT_STORE,
  iso,
  KeyedQueue,
  LOGGER,
  type Logger,
  type Orderer,
} from '#runtime';
import { newEvents } from './configuration-events.js';
import { ConfigurationFile } from './configuration-file.js';

/** So many refusals of one policy are kept; further ones are answered, but say nothing new. */
const MOST_REFUSALS = 1_000;

/** Topologies, policies and the like as they stand, and the one way to register a new version or to decide on a proposed one. */
@Injectable()
export class ConfigurationShelf implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly files = new Map<string, ConfigurationFile>();
  private readonly queue = new KeyedQueue();
  private subscription: Subscription | null = null;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const categories = Object.values(CONFIGURATION_CATEGORY);
    this.subscription = await this.store.subscribe({ categories }, (event) => this.take(event));
    this.subscription.closed.catch(dieWith(this.logger, 'following configurations'));
    await Promise.race([this.subscription.caughtUp, this.subscription.closed]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.stop();
  }

  list(kind: ConfigurationKind): Registered[] {
    return this.states(kind).flatMap(({ current }) => current ?? []);
  }

  /** What is proposed, by name; `stale` when it was compared with what is not in force any more. */
  proposals(kind: ConfigurationKind): (Proposed & { readonly stale: boolean })[] {
    return this.states(kind).flatMap((state) => {
      const { proposal } = state;
      return proposal ? [{ ...proposal, stale: isStale(proposal, state) }] : [];
    });
  }

  private states(kind: ConfigurationKind): ConfigurationState[] {
    const files = [...this.files.values()].filter((file) => file.kind === kind);
    return files.sort((a, b) => a.name.localeCompare(b.name)).map(({ state }) => state);
  }

  /** The newest version as the log has it now; null when none was ever registered. */
  current(kind: ConfigurationKind, name: string): Promise<Registered | null> {
    return this.inOrder(kind, name, async (file) => {
      await file.catchUp(this.store);
      return file.state.current;
    });
  }

  /** The version that a release pinned. */
  async pinned(kind: ConfigurationKind, name: string, revision: number): Promise<Registered | null> {
    const file = new ConfigurationFile(kind, name);
    await file.catchUp(this.store, revision);
    return file.state.current?.revision === revision ? file.state.current : null;
  }

  /** Registers a version, or proposes it; what the same command came to before, when there was one. */
  register(command: RegisterConfiguration, by: Orderer): Promise<ConfigurationOutcome> {
    return this.inOrder(command.kind, command.name, async (file) => {
      for (;;) {
        await file.catchUp(this.store);
        const { outcomes, current, proposal } = file.state;
        const answered = outcomes.get(by.commandId);
        if (answered) return answered;
        const events = decideRegistration(command, file.state);
        if (events.length > 0) await this.append(file, events, by);
        else if (current?.digest === command.digest) return { outcome: 'registered', version: current };
        else if (proposal) return { outcome: 'proposed', version: proposal };
      }
    });
  }

  /** Takes somebody's word on the proposed version of a policy. What they are refused is on record. */
  decide(command: Omit<DecideProposal, 'actor' | 'reason'>, by: Orderer): Promise<ConfigurationOutcome> {
    const { name, decision } = command;
    return this.inOrder('Policy', name, async (file) => {
      for (;;) {
        await file.catchUp(this.store);
        const answered = file.state.outcomes.get(by.commandId);
        if (answered) return answered;
        const outcome = decideProposal({ ...command, actor: by.actor, reason: by.reason }, file.state);
        if (outcome.ok) await this.append(file, outcome.events, by);
        else if (isForTheRecord(outcome.refusal, file.state)) {
          const refused = { kind: 'Policy', name, command: decision, ...outcome.refusal } as const;
          await this.append(file, [{ type: 'ConfigurationRefused.v1', data: refused }], by);
        } else return { outcome: 'refused', refusal: outcome.refusal };
      }
    });
  }

  /** Whether it was written or somebody else came in between, the file has to be read on. */
  private async append(file: ConfigurationFile, events: readonly ConfigurationEvent[], by: Orderer): Promise<void> {
    const commit = { stream: file.stream, expectedRevision: file.revision, commitId: by.commandId };
    const written = newEvents(file, events, by, iso(this.clock.now()));
    await commitAll(this.store, { ...commit, events: written, patienceMs: 5_000 });
  }

  private async take(event: RecordedEvent): Promise<void> {
    const kind = CONFIGURATION_KINDS.find((candidate) =>
      event.stream.startsWith(`${CONFIGURATION_CATEGORY[candidate]}-`),
    );
    if (!kind) return;
    const name = event.stream.slice(CONFIGURATION_CATEGORY[kind].length + 1);
    await this.inOrder(kind, name, async (file) => file.take(event));
  }

  private inOrder<T>(kind: ConfigurationKind, name: string, task: (file: ConfigurationFile) => Promise<T>): Promise<T> {
    const key = `${kind}/${name}`;
    return this.queue.run(key, async () => {
      const known = this.files.get(key);
      const file = known ?? new ConfigurationFile(kind, name);
      const result = await task(file);
      // Asking for a name that does not exist leaves nothing behind.
      if (!known && file.revision >= 0) this.files.set(key, file);
      return result;
    });
  }
}

/** A name that nobody has registered has no stream, and gets none by being asked for. */
function isForTheRecord({ code }: ProposalRefusal, { refusals }: ConfigurationState): boolean {
  return code !== 'UNKNOWN_POLICY' && refusals < MOST_REFUSALS;
}
