import { Module } from '@nestjs/common';
import { ConfirmationsController } from './confirmations/confirmations.controller.js';
import { Watchman } from './watching/watchman.js';

@Module({ controllers: [ConfirmationsController], providers: [Watchman] })
export class ObserverModule {}
