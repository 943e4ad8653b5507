import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithNginx, until } from '#testing';
import { ask, NginxStack } from '../spec/nginx-stack.js';

const EMPLOYEE = { 'x-employee': 'yes' };
/** What clients send, and what is left of it on the way to production. */
const BAGGAGE: readonly (readonly [string, string | undefined])[] = [
  ['a=1', 'a=1'],
  ['sluice.env=staging', undefined],
  ['a=1,sluice.env=staging', 'a=1'],
  ['sluice.env=staging;p=1, b=2', 'b=2'],
  ['a=1, sluice.env = other ,b=2;p', 'a=1,b=2;p'],
  ['%73luice%2Eenv=staging,a=1', 'a=1'],
  ['a=1,sluice.env=x,sluice.env=staging', undefined],
  [
    'xsluice.env=1,sluice.envy=2,sluicexenv=3,a=sluice.env=4',
    'xsluice.env=1,sluice.envy=2,sluicexenv=3,a=sluice.env=4',
  ],
];

describeWithNginx('where clients come in', () => {
  let stack: NginxStack;
  beforeAll(async () => {
    stack = await NginxStack.start();
    await stack.open('100%', '0%');
  });
  afterAll(() => stack.stop());

  const lastCall = async () => (await stack.calls()).at(-1);

  it.each(BAGGAGE)('baggage %p comes to production as %p', async (sent, kept) => {
    await ask(stack.url, { headers: { baggage: sent, 'x-sluice-env': 'staging' } });
    expect(stack.production.latest.baggage).toBe(kept);
    expect(stack.production.latest['x-sluice-env']).toBeUndefined();
    await until('it is logged', async () => (await lastCall())?.baggage === (kept ?? ''));
    expect(await lastCall()).toMatchObject({ entry: true, internal: false, tag: '', status: 200 });
  });

  it.each(BAGGAGE)('baggage %p comes to staging with the tag, once, and %p', async (sent, kept) => {
    await ask(stack.url, { headers: { ...EMPLOYEE, baggage: sent } });
    const members = stack.staging.latest.baggage?.toString().split(',') ?? [];
    expect(members.pop()).toBe('sluice.env=staging');
    expect(members.join(',').trim()).toBe(kept ?? '');
    expect(stack.staging.latest['x-sluice-env']).toBe('staging');
  });

  it('what clients write into a request cannot forge a line of the log', async () => {
    const path = '/%22,%22entry%22:false}\\x?secret=1';
    await ask(stack.url, { headers: { ...EMPLOYEE, baggage: 'a="\\,"entry":false}' } });
    await ask(stack.url + path);
    await until('it is logged', async () => (await lastCall())?.path.startsWith('/%') === true);
    expect(JSON.stringify(await stack.calls())).not.toContain('secret');
    expect((await stack.calls()).at(-2)).toMatchObject({
      entry: true,
      internal: true,
      tag: 'staging',
      source: '127.0.0.1',
      service: 'web',
      destination: stack.staging.address,
      baggage: 'a="\\,"entry":false},sluice.env=staging',
    });
  });

  it('what is no request is logged as a call that nobody took', async () => {
    const { status } = await ask(stack.url, { headers: { 'x-large': 'x'.repeat(14_000) } });
    expect(status).toBe(400);
    await until('it is logged', async () => (await lastCall())?.status === 400);
    expect(await lastCall()).toMatchObject({ destination: '', entry: true });
  });

  it('internal requests that carry the tag go to staging, whatever the share', async () => {
    await stack.open('0.01%', '0%');
    const tagged: Record<string, string>[] = [{ 'x-sluice-env': 'staging' }, { baggage: 'a=1, sluice.env=staging;p' }];
    for (const headers of tagged) {
      expect(await sideOf({ ...EMPLOYEE, ...headers })).toBe('staging');
      expect(await sideOf(headers)).toBe('production');
    }
    expect(await sideOf({ ...EMPLOYEE, baggage: 'sluice.env=other' })).toBe('production');
    await stack.open('0%', '100%');
    expect(await sideOf({ ...EMPLOYEE, 'x-sluice-env': 'staging' })).toBe('production');
    await stack.open('100%', '0%');
  });

  async function sideOf(headers: Record<string, string>): Promise<unknown> {
    return (await ask(stack.url, { headers })).headers['x-side'];
  }
});
