import { Module } from '@nestjs/common';
import { RELEASE_PARTITIONS, tenureProvider } from '#runtime';
import { ConfirmationsController } from './confirmations/confirmations.controller.js';
import { OtlpInbox } from './staging/otlp-inbox.js';
import { WatchMetrics } from './watching/watch-metrics.js';
import { Watchman } from './watching/watchman.js';

@Module({
  controllers: [ConfirmationsController],
  providers: [tenureProvider('observer', RELEASE_PARTITIONS), OtlpInbox, WatchMetrics, Watchman],
})
export class ObserverModule {}
