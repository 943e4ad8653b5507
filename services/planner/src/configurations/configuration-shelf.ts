import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
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
import type { EventStore } from '#event-store';
import {
  CLOCK,
  type Clock,
  type ConfigurationFile,
  ConfigurationFollower,
  commitAll,
  dieWith,
  EVENT_STORE,
  iso,
  LOGGER,
  type Logger,
  type Orderer,
} from '#runtime';
import { newEvents } from './configuration-events.js';

/** So many refusals of one policy are kept; further ones are answered, but say nothing new. */
const MOST_REFUSALS = 1_000;

/** Topologies, policies and the like as they stand, and the one way to register a new version or to decide on a proposed one. */
@Injectable()
export class ConfigurationShelf implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly follower: ConfigurationFollower;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.follower = new ConfigurationFollower(store, CONFIGURATION_KINDS);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following configurations'));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.follower.stop();
  }

  list(kind: ConfigurationKind): Registered[] {
    return this.follower.list(kind);
  }

  /** What is proposed, by name; `stale` when it was compared with what is not in force any more. */
  proposals(kind: ConfigurationKind): (Proposed & { readonly stale: boolean })[] {
    return this.follower.states(kind).flatMap((state) => {
      const { proposal } = state;
      return proposal ? [{ ...proposal, stale: isStale(proposal, state) }] : [];
    });
  }

  /** The newest version as the log has it now; null when none was ever registered. */
  current(kind: ConfigurationKind, name: string): Promise<Registered | null> {
    return this.follower.current(kind, name);
  }

  /** The version that a release pinned. */
  pinned(kind: ConfigurationKind, name: string, revision: number): Promise<Registered | null> {
    return this.follower.pinned(kind, name, revision);
  }

  /** Registers a version, or proposes it; what the same command came to before, when there was one. */
  register(command: RegisterConfiguration, by: Orderer): Promise<ConfigurationOutcome> {
    return this.follower.inOrder(command.kind, command.name, async (file) => {
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
    return this.follower.inOrder('Policy', name, async (file) => {
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
}

/** A name that nobody has registered has no stream, and gets none by being asked for. */
function isForTheRecord({ code }: ProposalRefusal, { refusals }: ConfigurationState): boolean {
  return code !== 'UNKNOWN_POLICY' && refusals < MOST_REFUSALS;
}
