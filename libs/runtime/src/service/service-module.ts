import {
  Controller,
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { Registry } from 'prom-client';
import { CommitTooLarge, type EventStore, EventStoreError, EventTooLarge, openEventStore } from '#event-store';
import type { ServiceProblem } from '#messaging';
import { type Clock, systemClock } from '../clock.js';
import { ReleaseBook } from '../releases/release-book.js';
import { Tracing } from '../tracing/tracing.js';
import { natsFiles, type ServiceConfig } from './config.js';
import type { Logger } from './logging.js';
import { measuredBook } from './measured-book.js';
import { MeasuredStore } from './measured-store.js';

/** The log: `@Inject(EVENT_STORE) store: EventStore`. */
export const EVENT_STORE = Symbol('event store');
/** The time: `@Inject(CLOCK) clock: Clock`. */
export const CLOCK = Symbol('clock');
/** The service's parsed configuration: `@Inject(CONFIG) config: …`. */
export const CONFIG = Symbol('configuration');
/** The service's figures: `@Inject(METRICS) metrics: Registry`. */
export const METRICS = Symbol('metrics');
/** The service's log of what it does: `@Inject(LOGGER) logger: Logger`. */
export const LOGGER = Symbol('logger');

@Injectable()
class CloseStore implements OnApplicationShutdown {
  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {}

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}

/** Answers `sluice.<service>.Ping`. A service listens only once it has recovered, so an answer means ready. */
function pingController(service: string) {
  @Controller()
  class PingController {
    @MessagePattern(`sluice.${service}.Ping`)
    ping(): { service: string } {
      return { service };
    }
  }
  return PingController;
}

/** What every service is given: the log, the clock, its configuration, its logger, its releases. */
@Global()
@Module({})
export class ServiceModule {
  static of(service: string, config: ServiceConfig, logger: Logger, metrics: Registry): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: config },
      { provide: LOGGER, useValue: logger },
      { provide: METRICS, useValue: metrics },
      { provide: CLOCK, useValue: systemClock },
      { provide: Tracing, useFactory: () => Tracing.start(service, config, logger) },
      {
        provide: EVENT_STORE,
        useFactory: async () => {
          const store = await openEventStore(config.EVENT_STORE_URL ?? config.NATS_URL, {
            name: service,
            files: natsFiles(config),
          });
          return new MeasuredStore(store, metrics);
        },
      },
      {
        provide: ReleaseBook,
        useFactory: (store: EventStore, clock: Clock) => measuredBook(new ReleaseBook(store, clock), clock, metrics),
        inject: [EVENT_STORE, CLOCK],
      },
      CloseStore,
    ];
    return {
      module: ServiceModule,
      controllers: [pingController(service)],
      providers,
      exports: [CONFIG, LOGGER, METRICS, CLOCK, EVENT_STORE, ReleaseBook],
    };
  }
}

/** The log's errors as replies. What is none of the asker's business (a damaged log, say) is not told. */
export function storeProblem(error: unknown): ServiceProblem | null {
  if (!(error instanceof EventStoreError)) return null;
  const code = error.code.toUpperCase().replaceAll('-', '_');
  if (error.retryable) return { kind: 'unavailable', code, message: error.message };
  const isTooLarge = error instanceof EventTooLarge || error instanceof CommitTooLarge;
  return isTooLarge ? { kind: 'too-large', code, message: error.message } : null;
}
