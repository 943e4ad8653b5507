import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Environment } from '#domain';
import { describeWithHaproxy } from '#testing';
import { TimeLimit } from '../time-limit.js';
import { HaproxyTrafficRouter } from './haproxy-traffic-router.js';
import { RuntimeApi } from './runtime-api.js';
import { HaproxyStage } from './spec/haproxy-stage.js';

const CLOSED = { internal: '0%', production: '0%' };

/** What a real HAProxy cannot be brought to do on demand: hang, answer half, answer nonsense. */
describe('an admin socket that does not behave', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
  });

  const answering = async (answer: (socket: Socket) => void): Promise<string> => {
    server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => answer(socket));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const patience = (timeoutMs = 5_000, signal?: AbortSignal) =>
    new TimeLimit(signal === undefined ? { timeoutMs } : { timeoutMs, signal });

  it('is unreachable when it is silent for too long', async () => {
    const api = new RuntimeApi(await answering(() => undefined), 50);
    await expect(api.ask('show info', patience())).rejects.toMatchObject({ code: 'unreachable', retryable: true });
  });

  it('is waited for no longer than the caller says', async () => {
    const api = new RuntimeApi(await answering(() => undefined));
    await expect(api.ask('show info', patience(50))).rejects.toMatchObject({ code: 'timed-out', retryable: true });
    const caller = new AbortController();
    const waiting = api.ask('show info', patience(5_000, caller.signal));
    caller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'interrupted', retryable: true });
  });

  it.each(['', 'Name: HAProxy\n', 'Name: HAProxy\nVersion'])(
    'went away when its answer has no end: %j',
    async (half) => {
      const api = new RuntimeApi(await answering((socket) => socket.end(half)));
      await expect(api.ask('show info', patience())).rejects.toMatchObject({ code: 'unreachable' });
    },
  );

  it('went away when it has carried out one of two commands', async () => {
    const api = new RuntimeApi(await answering((socket) => socket.end('\n')));
    await expect(api.tell(['set map a', 'set map b'], patience())).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is unreachable when it breaks the connection', async () => {
    const api = new RuntimeApi(await answering((socket) => socket.resetAndDestroy()));
    await expect(api.ask('show info', patience())).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is refused when it lacks the rights', async () => {
    const api = new RuntimeApi(await answering((socket) => socket.end('Permission denied\n\n')));
    const refused = { code: 'refused', retryable: false };
    await expect(api.tell(['set map a'], patience())).rejects.toMatchObject(refused);
    await expect(api.ask('show info', patience())).rejects.toMatchObject(refused);
  });

  it('has given a bad answer when it never ends', async () => {
    const flood = (socket: Socket) => {
      while (!socket.destroyed && socket.write('x'.repeat(65_536)));
      socket.once('drain', () => flood(socket));
    };
    const api = new RuntimeApi(await answering(flood));
    await expect(api.ask('show info', patience())).rejects.toMatchObject({ code: 'bad-answer' });
  });

  it.each(['HTTP/1.1 400 Bad request\n\n', '\n', '# table: sluice_requests\nnonsense\n\n'])(
    'has given a bad answer when it is none of HAProxy: %j',
    async (nonsense) => {
      const router = routerAt(await answering((socket) => socket.end(nonsense)));
      await expect(router.observe({ timeoutMs: 5_000 })).rejects.toMatchObject({ code: 'bad-answer' });
      const opening = router.apply({ internal: '1%', production: '1%' }, { timeoutMs: 5_000 });
      await expect(opening).rejects.toMatchObject({ code: 'bad-answer' });
    },
  );
});

describeWithHaproxy('a HAProxy with another configuration', () => {
  it('refuses, and says why', async () => {
    const stage = await HaproxyStage.start();
    try {
      const { haproxy } = stage.spec.router;
      const otherMap = routerAt(haproxy?.admin ?? '', { map: '/no/such/map' });
      for (const asking of [
        otherMap.apply(CLOSED, { timeoutMs: 5_000 }),
        otherMap.converged(CLOSED, { timeoutMs: 5_000 }),
      ]) {
        await expect(asking).rejects.toMatchObject({
          code: 'refused',
          message: expect.stringContaining('map identifier'),
        });
      }
      const otherService = routerAt(haproxy?.admin ?? '', { map: haproxy?.map }, 'orders');
      await expect(
        otherService.apply({ internal: '100%', production: '0%' }, { timeoutMs: 5_000 }),
      ).rejects.toMatchObject({
        code: 'refused',
        message: expect.stringContaining('staging.orders'),
      });
    } finally {
      await stage.stop();
    }
  });
});

function routerAt(admin: string, haproxy: object = {}, name = 'web'): HaproxyTrafficRouter {
  return new HaproxyTrafficRouter(
    Environment.parse({
      apiVersion: 'sluice/v1',
      kind: 'Environment',
      metadata: { name: 'staging' },
      spec: {
        services: [{ name, units: [{ id: 'unit', address: '127.0.0.1:80' }] }],
        router: { haproxy: { admin, map: '/shares', ...haproxy } },
      },
    }),
  );
}
