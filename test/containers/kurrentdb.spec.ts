import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { openEventStore } from '#event-store';
import { eventStoreContract } from '#testing';
import { mainJob } from './main-job.spec-support.js';
import { Servers } from './servers.spec-support.js';

describe('on KurrentDB in a container', () => {
  const servers = new Servers();
  let url: string;
  beforeAll(async () => {
    url = await servers.kurrentDb();
  }, 180_000);
  afterAll(() => servers.stop(), 60_000);

  // One database for all of it, in which each log has a name of its own.
  eventStoreContract('KurrentDB', async () => {
    const log = `contract_${randomUUID().replaceAll('-', '')}`;
    return { open: () => openEventStore(url, { name: 'contract', log }), dispose: async () => undefined };
  });

  mainJob(async (others) => {
    const [natsUrl, database] = await Promise.all([others.nats(), others.postgres()]);
    return { natsUrl, env: { EVENT_STORE_URL: url, DATABASE_URL: database } };
  });
});
