import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory } from '@nestjs/microservices';
import { Asking, natsClient } from '#messaging';
import {
  activeTrace,
  CLOCK,
  type Clock,
  CONFIG,
  EVENT_STORE,
  LOGGER,
  type Logger,
  natsFiles,
  TracedAsking,
} from '#runtime';
import { TokenBook } from './access/token-book.js';
import { AuditController } from './audit/audit.controller.js';
import { type GatewayConfig, tokenFileOf } from './config.js';
import { ConfigurationsController } from './configurations/configurations.controller.js';
import { ProposalsController } from './configurations/proposals.controller.js';
import { EventsController } from './events/events.controller.js';
import { LiveFeed } from './feed/live-feed.js';
import { Streams } from './feed/streams.js';
import { OperationsController } from './health/operations.controller.js';
import { Readiness } from './health/readiness.js';
import { FeedDelay } from './metrics/feed-delay.js';
import { HttpMetrics } from './metrics/http-metrics.js';
import { OrdersController } from './releases/orders.controller.js';
import { ReleasesController } from './releases/releases.controller.js';
import { SchemasController } from './schemas/schemas.controller.js';

const NATS = Symbol('the connection to the services');

@Module({
  controllers: [
    ConfigurationsController,
    ProposalsController,
    ReleasesController,
    OrdersController,
    EventsController,
    AuditController,
    SchemasController,
    OperationsController,
  ],
  providers: [
    {
      provide: NATS,
      useFactory: (config: GatewayConfig) => {
        const server = { url: config.NATS_URL, name: 'gateway', files: natsFiles(config) };
        return ClientProxyFactory.create(natsClient(server, activeTrace));
      },
      inject: [CONFIG],
    },
    {
      provide: Asking,
      useFactory: (nats: ClientProxy, config: GatewayConfig) => new TracedAsking(nats, config.ASK_TIMEOUT_MS),
      inject: [NATS, CONFIG],
    },
    {
      provide: TokenBook,
      useFactory: (config: GatewayConfig, clock: Clock, logger: Logger) =>
        TokenBook.open(tokenFileOf(config), clock, logger),
      inject: [CONFIG, CLOCK, LOGGER],
    },
    { provide: LiveFeed, useFactory: LiveFeed.start, inject: [EVENT_STORE, CONFIG, LOGGER, FeedDelay] },
    FeedDelay,
    {
      provide: HttpMetrics,
      useFactory: (streams: Streams) => new HttpMetrics(() => streams.size),
      inject: [Streams],
    },
    Streams,
    Readiness,
  ],
})
export class GatewayModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(NATS) private readonly nats: ClientProxy,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Not by the first request: what the connection has to say for ever after would seem to belong to its trace. */
  onApplicationBootstrap(): void {
    this.nats.connect().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'NATS cannot be reached yet; the next request tries again');
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.nats.close();
  }
}
