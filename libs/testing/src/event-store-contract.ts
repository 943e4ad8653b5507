import { describe } from '@jest/globals';
import { appending } from './event-store-contract/appending.js';
import { checkpoints } from './event-store-contract/checkpoints.js';
import { integrity } from './event-store-contract/integrity.js';
import { model } from './event-store-contract/model.js';
import { racing } from './event-store-contract/racing.js';
import { reading } from './event-store-contract/reading.js';
import { repeating } from './event-store-contract/repeating.js';
import { resuming } from './event-store-contract/resuming.js';
import { subscribing } from './event-store-contract/subscribing.js';
import { type EventLog, onFreshLogs } from './event-store-contract/support.js';

export type { EventLog };

/**
 * What every event store has to do. An adapter's spec calls this with a function that starts an empty log; every test
 * gets one of its own.
 */
export function eventStoreContract(name: string, startLog: () => Promise<EventLog>): void {
  const onFreshLog = onFreshLogs(startLog);
  describe(`${name} event store`, () => {
    describe('appending', () => appending(onFreshLog));
    describe('repeating a commit', () => repeating(onFreshLog));
    describe('racing writers', () => racing(onFreshLog));
    describe('reading', () => reading(onFreshLog));
    describe('subscribing', () => subscribing(onFreshLog));
    describe('resuming', () => resuming(onFreshLog));
    describe('integrity', () => integrity(onFreshLog));
    describe('checkpoints', () => checkpoints(onFreshLog));
    describe('any history', () => model(onFreshLog));
  });
}
