import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, call } from '../spec-support/call.js';
import { Gateway } from '../spec-support/gateway.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.stop());

function summary(id: string, state: string) {
  return {
    id,
    name: 'checkout-2.4.0',
    service: 'checkout',
    version: '2.4.0',
    risk: 'standard',
    state,
    author: 'alice',
    submittedAt: '2026-01-05T10:00:00.000Z',
    startedAt: null,
    endedAt: null,
  };
}
const PAGE = {
  releases: [summary('checkout-2.4.0-x7k2', 'running'), summary('checkout-2.3.9-a', 'rolled-back')],
  next: 'c-1',
};

describe('sluice list', () => {
  it('lists releases in columns and says how to go on', async () => {
    gateway.on('GET /v1/releases', { body: PAGE });
    const { exit, out, err } = await call(['list'], { env: as('t', gateway.url) });
    expect(out.split('\n')).toEqual([
      'ID                   STATE        VERSION  SERVICE   SUBMITTED             AUTHOR  RISK',
      'checkout-2.4.0-x7k2  running      2.4.0    checkout  2026-01-05 10:00:00Z  alice   standard',
      'checkout-2.3.9-a     rolled-back  2.4.0    checkout  2026-01-05 10:00:00Z  alice   standard',
      '',
    ]);
    expect({ exit, err }).toEqual({ exit: 0, err: 'there are more: --before c-1\n' });
  });

  it('leaves columns out on a narrow terminal, and never shortens an id', async () => {
    gateway.on('GET /v1/releases', { body: PAGE });
    const env = { ...as('t', gateway.url), NO_COLOR: '1' };
    const { out } = await call(['list'], { env, terminal: { columns: 60, rows: 24 } });
    expect(out.split('\n')).toEqual([
      'id                   state        version  service',
      '───────────────────  ───────────  ───────  ────────',
      'checkout-2.4.0-x7k2  running      2.4.0    checkout',
      'checkout-2.3.9-a     rolled-back  2.4.0    checkout',
      '',
    ]);
  });

  it('asks for what it was asked for', async () => {
    gateway.on('GET /v1/releases', { body: { releases: [], next: null } });
    const options = ['--state', 'held', '--service', 'checkout', '--limit', '7', '--before', 'c/1'];
    const { exit, out, err } = await call(['list', ...options], { env: as('t', gateway.url) });
    expect({ exit, out, err }).toEqual({ exit: 0, out: '', err: 'no releases\n' });
    expect(gateway.asked.at(-1)?.query).toEqual({ state: 'held', service: 'checkout', limit: '7', before: 'c/1' });
  });

  it('gives a program the page with its cursor', async () => {
    gateway.on('GET /v1/releases', { body: PAGE });
    const { out, err } = await call(['list', '--json'], { env: as('t', gateway.url) });
    expect(JSON.parse(out)).toEqual(PAGE);
    expect(err).toBe('');
  });
});
