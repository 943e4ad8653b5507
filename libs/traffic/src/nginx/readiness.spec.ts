import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { TimeLimit } from '../time-limit.js';
import { requireReady } from './readiness.js';
import { environmentWith } from './spec/environment.js';

/** A unit that answers its health check so, or not at all. */
type Health = number | 'silent';

describe('units in staging', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function asked(healths: readonly Health[], limit = new TimeLimit({ timeoutMs: 10_000 })): Promise<void> {
    const units = await Promise.all(
      healths.map(async (health, i) => {
        const server = createServer((request, response) => {
          if (health !== 'silent') response.writeHead(request.url === '/up?x=1' ? health : 400).end();
        }).listen(0, '127.0.0.1');
        servers.push(server);
        await once(server, 'listening');
        return { id: `web-${i}`, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
      }),
    );
    await requireReady(environmentWith({ services: [{ name: 'web', units, health: '/up?x=1' }] }).spec, limit);
  }

  it('are ready when one of them says so', async () => {
    await asked([200]);
    await asked([503, 'silent', 204]);
  });

  it.each([[503], [302], [404]])('are not ready when all of them answer %p', async (status) => {
    await expect(asked([status, status])).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringContaining(`/up?x=1 answers ${status}`),
    });
  });

  it('are not ready when they say nothing', async () => {
    await expect(asked(['silent'])).rejects.toMatchObject({ code: 'not-ready', retryable: true });
  });

  it('are not waited for longer than the caller does', async () => {
    await expect(asked(['silent'], new TimeLimit({ timeoutMs: 200 }))).rejects.toMatchObject({ code: 'timed-out' });
  });
});
