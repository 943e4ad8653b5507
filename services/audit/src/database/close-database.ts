import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ReadSide } from '../questions/read-side.js';

/** Closes the database once everything that uses it has stopped, so that the next start has nothing to recover. */
@Injectable()
export class CloseDatabase implements OnApplicationShutdown {
  constructor(
    private readonly database: DataSource,
    private readonly readSide: ReadSide,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.readSide.close();
    await this.database.destroy();
  }
}
