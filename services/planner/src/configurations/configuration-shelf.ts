import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  CONFIGURATION_KINDS,
  type ConfigurationKind,
  decideRegistration,
  type RegisterConfiguration,
  type Registered,
} from '#domain';
import type { EventStore, NewEvent } from '#event-store';
import {
  CLOCK,
  type Clock,
  type ConfigurationFile,
  ConfigurationFollower,
  commitAll,
  dieWith,
  EVENT_STORE,
  eventId,
  iso,
  LOGGER,
  type Logger,
  type Orderer,
} from '#runtime';

/** Registered documents as they stand, and the one way to register a new version. */
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

  /** The newest version as the log has it now; null when none was ever registered. */
  current(kind: ConfigurationKind, name: string): Promise<Registered | null> {
    return this.follower.current(kind, name);
  }

  /** The version that a release pinned. */
  pinned(kind: ConfigurationKind, name: string, revision: number): Promise<Registered | null> {
    return this.follower.pinned(kind, name, revision);
  }

  register(command: RegisterConfiguration, by: Orderer): Promise<Registered> {
    return this.follower.inOrder(command.kind, command.name, async (file) => {
      for (;;) {
        await file.catchUp(this.store);
        const events = this.events(file, command, by);
        if (events.length > 0) {
          const commit = { stream: file.stream, expectedRevision: file.revision, commitId: by.commandId, events };
          const result = await commitAll(this.store, { ...commit, patienceMs: 5_000 });
          if (result.outcome === 'conflict') continue;
          await file.catchUp(this.store);
        }
        if (file.state.current?.digest === command.digest) return file.state.current;
      }
    });
  }

  private events(file: ConfigurationFile, command: RegisterConfiguration, by: Orderer): NewEvent[] {
    const at = iso(this.clock.now());
    const { commandId, actor, reason, traceparent } = by;
    const meta = {
      commandId,
      actor: { kind: actor.kind, id: actor.id },
      ...(reason ? { reason } : {}),
      correlationId: by.correlationId ?? commandId,
      causationId: commandId,
      ...(traceparent ? { traceparent } : {}),
    };
    return decideRegistration(command, file.state).map(({ type, data }, index) => {
      const id = eventId(file.stream, `${commandId}@${file.revision}`, index);
      return { id, type, at, data, meta };
    });
  }
}
