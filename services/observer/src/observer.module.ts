import { Module } from '@nestjs/common';
import { ConfirmationsController } from './confirmations/confirmations.controller.js';
import { OtlpInbox } from './staging/otlp-inbox.js';
import { WatchMetrics } from './watching/watch-metrics.js';
import { Watchman } from './watching/watchman.js';

@Module({ controllers: [ConfirmationsController], providers: [OtlpInbox, WatchMetrics, Watchman] })
export class ObserverModule {}
