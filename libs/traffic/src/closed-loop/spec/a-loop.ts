import { EnvironmentSpec } from '#domain';
import type { CallRecord } from '../../calls/call-record.js';

/** web -> orders -> stock in 127.0.2.0/24, with prices as an upstream of orders; production is in 127.0.1.0/24. */
export function shop(more: object = {}): EnvironmentSpec {
  return EnvironmentSpec.parse({
    services: [
      { name: 'web', units: [{ id: 'web-a', address: '127.0.2.11:8080' }], calls: ['orders'] },
      {
        name: 'orders',
        units: [{ id: 'orders-a', address: '127.0.2.12:8080' }],
        calls: ['stock', 'prices'],
        listen: { staging: '127.0.0.1:9002', production: '127.0.0.1:9001' },
      },
      { name: 'stock', units: [{ id: 'stock-a', address: '127.0.2.31:8080' }] },
    ],
    router: { haproxy: { admin: '/run/haproxy/admin.sock', map: '/etc/haproxy/shares.map' } },
    networks: ['127.0.2.0/24'],
    upstreams: [{ name: 'prices', addresses: ['127.0.9.1:80'], access: 'read-only' }],
    calls: [{ file: '/var/log/calls.log' }],
    ...more,
  });
}

/** orders calls stock, as it should. */
export function aCall(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    at: '2026-03-01T12:00:00.000Z',
    source: '127.0.2.12',
    service: 'stock',
    destination: '127.0.2.31:8080',
    method: 'GET',
    path: '/items/7',
    status: 200,
    baggage: 'sluice.env=staging',
    entry: false,
    internal: false,
    ...changes,
  };
}

export const UNTAGGED = { baggage: undefined, tag: undefined };
