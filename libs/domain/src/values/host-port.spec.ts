import { describe, expect, it } from '@jest/globals';
import { HostPort, splitHostPort } from './host-port.js';

describe('where something listens', () => {
  it.each([
    ['10.0.0.1:8080', '10.0.0.1', 8080],
    ['localhost:1', 'localhost', 1],
    ['orders.internal-1.example:65535', 'orders.internal-1.example', 65_535],
    ['[::1]:80', '::1', 80],
    ['[FD00::a:1]:443', 'FD00::a:1', 443],
    ['[::ffff:10.0.0.1]:80', '::ffff:10.0.0.1', 80],
  ])('may be %s', (text, host, port) => {
    expect(HostPort.parse(text)).toBe(text);
    expect(splitHostPort(text)).toEqual({ host, port });
  });

  it.each([
    '',
    'localhost',
    ':80',
    '10.0.0.1:',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:123456',
    '10.0.0.1:8o',
    '::1:80',
    '[]:80',
    '[10.0.0.1:80',
    '[host]:80',
    'http://10.0.0.1:80',
    'a b:80',
    'a:80\n',
    'a:80 weight 1',
    'user@host:80',
  ])('is not %j', (text) => {
    expect(HostPort.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
      'must be an address and a port such as 10.0.0.1:8080 or [::1]:8080',
    ]);
    expect(splitHostPort(text)).toBeNull();
  });

  it('is not longer than anything that people write', () => {
    expect(HostPort.safeParse(`${'a'.repeat(298)}:1`).success).toBe(true);
    expect(HostPort.safeParse(`${'a'.repeat(299)}:1`).error?.issues).toHaveLength(1);
  });
});
