import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  CONFIGURATION_CATEGORY,
  CONFIGURATION_KINDS,
  type ConfigurationKind,
  decideRegistration,
  type RegisterConfiguration,
  type Registered,
} from '#domain';
import type { EventStore, NewEvent, RecordedEvent, Subscription } from '#event-store';
import {
  CLOCK,
  type Clock,
  commitAll,
  dieWith,
  EVENT_STORE,
  eventId,
  iso,
  KeyedQueue,
  LOGGER,
  type Logger,
  type Orderer,
} from '#runtime';
import { ConfigurationFile } from './configuration-file.js';

/** Topologies and policies as they stand, and the one way to register a new version. */
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
    const files = [...this.files.values()].filter((file) => file.kind === kind);
    return files.flatMap((file) => file.state.current ?? []).sort((a, b) => a.name.localeCompare(b.name));
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

  register(command: RegisterConfiguration, by: Orderer): Promise<Registered> {
    return this.inOrder(command.kind, command.name, async (file) => {
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
