import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CONFIG, LOGGER, type Logger, tenureProvider } from '#runtime';
import { AuditController } from './audit.controller.js';
import type { AuditConfig } from './config.js';
import { CloseDatabase } from './database/close-database.js';
import { openDatabase } from './database/open-database.js';
import { Feed } from './feed/feed.js';
import { Integrity } from './integrity/integrity.js';
import { Leading } from './leading.js';
import { Projection } from './projection/projection.js';
import { ReadSide } from './questions/read-side.js';
import { Replica } from './questions/replica.js';

@Module({
  controllers: [AuditController],
  providers: [
    { provide: DataSource, useFactory: openDatabase, inject: [CONFIG] },
    CloseDatabase,
    { provide: ReadSide, useFactory: readSide, inject: [CONFIG, DataSource, Projection, LOGGER] },
    Projection,
    Integrity,
    Feed,
    tenureProvider('audit', 1),
    Leading,
  ],
})
export class AuditModule {}

function readSide(config: AuditConfig, primary: DataSource, projection: Projection, logger: Logger): ReadSide {
  const { DATABASE_READ_URL: urls, DATABASE_CA: ca, DATABASE_POOL: pool } = config;
  const replicas = urls.map((url) => new Replica({ url, ca }, pool, logger));
  return new ReadSide(primary, replicas, () => projection.position);
}
