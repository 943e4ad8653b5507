import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type NatsServer, startNats, TcpProxy } from '#testing';
import { parseNatsUrl, serviceConnection } from './nats-url.js';

describe('a NATS URL', () => {
  it.each([
    ['nats://127.0.0.1:4222', { servers: ['127.0.0.1:4222'] }],
    ['nats://nats/', { servers: ['nats'] }],
    ['nats://a:4222,b:4223', { servers: ['a:4222', 'b:4223'] }],
    ['nats://ada:p%40ss%3A@a', { servers: ['a'], user: 'ada', pass: 'p@ss:' }],
    ['nats://s3cr3t@a', { servers: ['a'], token: 's3cr3t' }],
    ['tls://ada:x@a:4222', { servers: ['a:4222'], user: 'ada', pass: 'x', tls: {} }],
  ])('%s says where and who', (url, options) => {
    expect(parseNatsUrl(url)).toEqual(options);
  });

  it('of a service comes with inboxes of its own', () => {
    expect(serviceConnection('nats://planner:x@a', 'planner')).toMatchObject({
      servers: ['a'],
      user: 'planner',
      pass: 'x',
      inboxPrefix: '_INBOX_planner',
    });
  });
});

describe('a connection to several servers', () => {
  let nats: NatsServer;
  let ways: TcpProxy[] = [];
  let connection: NatsConnection | undefined;
  beforeEach(async () => {
    nats = await startNats();
    ways = await Promise.all([TcpProxy.start(nats.port), TcpProxy.start(nats.port)]);
  });
  afterEach(async () => {
    await connection?.close();
    await Promise.all(ways.map((way) => way.stop()));
    await nats.stop();
  });

  it('leaves one that has fallen silent for another', async () => {
    const [first, second] = ways.map(({ port }) => `127.0.0.1:${port}`);
    const settings = serviceConnection(`nats://${first},${second}`, 'planner');
    connection = await connect({ ...settings, noRandomize: true, reconnectTimeWait: 50 });
    expect(connection.getServer()).toBe(first);

    void ways[0]?.loseTowardsClients();
    for await (const { type } of connection.status()) if (type === 'reconnect') break;
    expect(connection.getServer()).toBe(second);
  }, 30_000);
});
