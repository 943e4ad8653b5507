import { afterEach, expect, it } from '@jest/globals';
import { describeWithNginx } from '#testing';
import { ask, NginxStack } from '../spec/nginx-stack.js';

/** What would mean something else to nginx, or to a regular expression. */
const NASTY = 'a"b\\c $uid .* ; { } # ~^ \'';

describeWithNginx('who a request comes from', () => {
  let stack: NginxStack;
  afterEach(() => stack.stop());

  const sideOf = async (headers: Record<string, string>) => (await ask(stack.url, { headers })).headers['x-side'];

  it('is told by exactly the value of a header, however it reads', async () => {
    const headers = [
      { name: 'X-Employee', value: NASTY },
      { name: 'x-office', value: 'default' },
    ];
    stack = await NginxStack.start({ spec: { internal: { headers } } });
    await stack.open('100%', '0%');
    expect(await sideOf({ 'x-employee': NASTY })).toBe('staging');
    expect(await sideOf({ 'x-office': 'default' })).toBe('staging');
    for (const value of [`${NASTY}x`, `x${NASTY}`, NASTY.toUpperCase(), '', 'default', 'anything']) {
      expect(await sideOf({ 'x-employee': value })).toBe('production');
    }
    expect(await sideOf({})).toBe('production');
    expect(await sideOf({ x_office: 'default' })).toBe('production');
  });

  it('is told by the networks', async () => {
    stack = await NginxStack.start({ spec: { internal: { networks: ['10.0.0.0/8', '127.0.0.0/8', 'fd00::/8'] } } });
    await stack.open('100%', '0%');
    expect(await sideOf({})).toBe('staging');
  });

  it('is told by the cookie of any name, among others, and else by the address', async () => {
    stack = await NginxStack.start({ spec: {}, sticky: { cookie: 'u.i-d$' } });
    await stack.open('0%', '50%');
    const users = Array.from({ length: 60 }, (_, i) => `user-${i}`);
    const sides = new Map<string, unknown>();
    for (const user of users) sides.set(user, await sideOf({ cookie: `u.i-d$=${user}` }));
    expect(new Set(sides.values())).toEqual(new Set(['staging', 'production']));
    for (const user of users) {
      expect(await sideOf({ cookie: `uXi-d$=no; xu.i-d$=no;u.i-d$=${user}; b=c` })).toBe(sides.get(user));
    }
    const byAddress = await sideOf({});
    for (const cookie of ['', 'u.i-d$=', 'xu.i-d$=a', 'other=1']) expect(await sideOf({ cookie })).toBe(byAddress);
  });
});
