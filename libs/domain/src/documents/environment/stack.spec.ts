import { describe, expect, it } from '@jest/globals';
import { EnvironmentSpec } from './environment.js';
import { edgesOf, entryOf } from './stack.js';

const unit = (id: string) => [{ id, address: `${id}.example:80` }];
const SPEC = EnvironmentSpec.parse({
  services: [
    { name: 'web', units: unit('w'), calls: ['orders', { to: 'payments', probe: '/pay' }], probe: '/try' },
    { name: 'orders', units: unit('o'), calls: ['web'] },
  ],
  router: { haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/sluice.map' } },
  upstreams: [{ name: 'payments', addresses: ['10.2.0.1:443'], access: 'read-only' }],
});

describe('a stack', () => {
  it('has an edge for each call, with a path that makes it happen: its own, or that of its service', () => {
    expect(edgesOf(SPEC)).toEqual([
      { from: 'web', to: 'orders', probe: '/try', upstream: false },
      { from: 'web', to: 'payments', probe: '/pay', upstream: true },
      { from: 'orders', to: 'web', probe: '/', upstream: false },
    ]);
  });

  it('is entered by its first service unless it says otherwise', () => {
    expect(entryOf(SPEC).name).toBe('web');
    expect(entryOf({ ...SPEC, entry: 'orders' }).name).toBe('orders');
  });
});
