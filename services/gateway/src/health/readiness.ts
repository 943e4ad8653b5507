import { Inject, Injectable } from '@nestjs/common';
import { type EventStore, EventStoreError } from '#event-store';
import { Asking, AUDIT, type Contract, EXECUTOR, OBSERVER, PLANNER, Rejection } from '#messaging';
import { CONFIG, EVENT_STORE, LOGGER, type Logger } from '#runtime';
import type { GatewayConfig } from '../config.js';
import type { Readiness as Answer } from '../endpoints/audit-replies.js';

type Presence = Answer['eventStore'];
type Ping = Contract<Record<string, never>, { service: string }>;

/** Whether everything that the gateway stands in front of is there. */
@Injectable()
export class Readiness {
  private checking: Promise<Answer> | null = null;

  constructor(
    private readonly asking: Asking,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CONFIG) private readonly config: GatewayConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Asks everybody, once for all who want to know at the same time. */
  check(): Promise<Answer> {
    this.checking ??= this.ask().finally(() => {
      this.checking = null;
    });
    return this.checking;
  }

  private async ask(): Promise<Answer> {
    const [planner, executor, observer, audit, eventStore] = await Promise.all([
      this.ping(PLANNER.ping),
      this.ping(EXECUTOR.ping),
      this.ping(OBSERVER.ping),
      this.ping(AUDIT.ping),
      this.reachStore(),
    ]);
    const services = { planner, executor, observer, audit };
    const ready = [...Object.values(services), eventStore].every((presence) => presence === 'up');
    return { ready, services, eventStore };
  }

  private async ping(contract: Ping): Promise<Presence> {
    try {
      await this.asking.ask(contract, {}, this.config.PING_TIMEOUT_MS);
      return 'up';
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      this.logger.debug({ service: contract.service, err: error }, 'a service does not answer');
      return 'down';
    }
  }

  private async reachStore(): Promise<Presence> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<Presence>((resolve) => {
      timer = setTimeout(() => resolve('down'), this.config.PING_TIMEOUT_MS);
    });
    const reached = this.store.head().then((): Presence => 'up', storeIsDown);
    const presence = await Promise.race([reached, tooLate]);
    clearTimeout(timer);
    return presence;
  }
}

function storeIsDown(error: unknown): Presence {
  if (error instanceof EventStoreError) return 'down';
  throw error;
}
