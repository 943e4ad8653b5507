import { Module } from '@nestjs/common';
import { ConfirmationsController } from './confirmations/confirmations.controller.js';
import { OtlpInbox } from './staging/otlp-inbox.js';
import { Watchman } from './watching/watchman.js';

@Module({ controllers: [ConfirmationsController], providers: [OtlpInbox, Watchman] })
export class ObserverModule {}
