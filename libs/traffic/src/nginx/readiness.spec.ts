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

  /** The address of a unit. */
  async function started(health: Health): Promise<string> {
    const server = createServer((request, response) => {
      if (health !== 'silent') response.writeHead(request.url === '/up?x=1' ? health : 400).end();
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  async function asked(healths: readonly Health[], limit = new TimeLimit({ timeoutMs: 10_000 })): Promise<void> {
    const units = await Promise.all(
      healths.map(async (health, i) => ({ id: `web-${i}`, address: await started(health) })),
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

  it('are ready when each service that nginx sends requests to has one, and else named', async () => {
    const [web, orders, others] = await Promise.all([started(200), started(503), started(503)]);
    const listen = { staging: '127.0.0.1:1', production: '127.0.0.1:2' };
    const stack = (more: object) =>
      environmentWith({
        services: [
          { name: 'web', units: [{ id: 'web-1', address: web }], health: '/up?x=1' },
          { name: 'orders', units: [{ id: 'orders-1', address: orders }], ...more },
          { name: 'nobody-comes-by-nginx', units: [{ id: 'others-1', address: others }] },
        ],
      }).spec;
    const limit = new TimeLimit({ timeoutMs: 10_000 });
    await requireReady(stack({}), limit);
    await expect(requireReady(stack({ listen }), limit)).rejects.toMatchObject({
      code: 'not-ready',
      message: expect.stringMatching(/^no unit of orders is ready: [^;]* answers 400$/),
    });
  });

  it('are not ready when they say nothing', async () => {
    await expect(asked(['silent'])).rejects.toMatchObject({ code: 'not-ready', retryable: true });
  });

  it('are not waited for longer than the caller does', async () => {
    await expect(asked(['silent'], new TimeLimit({ timeoutMs: 200 }))).rejects.toMatchObject({ code: 'timed-out' });
  });
});
