import { describe } from '@jest/globals';
import { mainJob } from './main-job.spec-support.js';

describe('on NATS and PostgreSQL in containers', () => {
  mainJob(async (servers) => {
    const [natsUrl, database] = await Promise.all([servers.nats(), servers.postgres()]);
    return { natsUrl, env: { EVENT_STORE_URL: natsUrl, DATABASE_URL: database } };
  });
});
