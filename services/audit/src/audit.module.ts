import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG } from '#runtime';
import { AuditController } from './audit.controller.js';
import { CloseDatabase } from './database/close-database.js';
import { openDatabase } from './database/open-database.js';
import { Feed } from './feed/feed.js';
import { Integrity } from './integrity/integrity.js';
import { Projection } from './projection/projection.js';

@Module({
  controllers: [AuditController],
  providers: [
    { provide: DataSource, useFactory: openDatabase, inject: [CONFIG] },
    CloseDatabase,
    Projection,
    Integrity,
    Feed,
  ],
})
export class AuditModule {}
