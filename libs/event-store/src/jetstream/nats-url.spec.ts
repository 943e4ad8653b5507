import { describe, expect, it } from '@jest/globals';
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
    expect(serviceConnection('nats://planner:x@a', 'planner')).toEqual({
      servers: ['a'],
      user: 'planner',
      pass: 'x',
      inboxPrefix: '_INBOX_planner',
    });
  });
});
