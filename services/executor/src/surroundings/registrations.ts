import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventStore } from '#event-store';
import { ConfigurationFollower, dieWith, EVENT_STORE, LOGGER, type Logger } from '#runtime';

/** The registered documents that releases are carried out by, beside what they have pinned. */
@Injectable()
export class Registrations implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly follower: ConfigurationFollower;
  private readonly listeners: (() => void)[] = [];

  constructor(
    @Inject(EVENT_STORE) store: EventStore,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.follower = new ConfigurationFollower(store, ['Topology', 'FreezeWindow'], () => {
      for (const listener of this.listeners) listener();
    });
  }

  /** Calls back for each version that is registered from now on. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start();
    this.follower.closed.catch(dieWith(this.logger, 'following registered documents'));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.follower.stop();
  }
}
