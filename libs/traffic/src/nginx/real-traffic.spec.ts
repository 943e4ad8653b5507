import { afterAll, beforeAll, it, jest } from '@jest/globals';
import { describeWithNginx, expectDivision, expectNoLossByChanges } from '#testing';
import { MARKS, NginxStack } from './spec/nginx-stack.js';

/** Requests at each share, and changes of the split: see "Long runs" in CONTRIBUTING.md. */
const REQUESTS = Number(process.env.TRAFFIC_REQUESTS ?? 4_000);
const CHANGES = Number(process.env.TRAFFIC_RELOADS ?? 10);

describeWithNginx('an nginx with real traffic', () => {
  jest.setTimeout(30_000 + REQUESTS * 4 + CHANGES * 2_000);
  let stack: NginxStack;
  beforeAll(async () => {
    stack = await NginxStack.start({ workers: 2 });
  });
  afterAll(() => stack.stop());

  const at = () => ({ router: stack.router, url: stack.url, marks: MARKS });

  it('gives staging its share of the users, all that is internal, and keeps everybody on one side', () =>
    expectDivision(at(), { requests: REQUESTS, users: REQUESTS / 2, shares: ['1%', '5%'] }));

  it('loses no request over many changes of the split, of clients that expect a kept connection to be closed', () =>
    expectNoLossByChanges(at(), {
      changes: CHANGES,
      clients: [
        { connections: 'kept-retried', parallel: 4 },
        { connections: 'single', parallel: 4 },
      ],
    }));
});
