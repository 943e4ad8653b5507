import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithNginx, until } from '#testing';
import { ask, NginxStack } from '../spec/nginx-stack.js';

const TAGGED: readonly Record<string, string>[] = [
  { 'x-sluice-env': 'staging' },
  { baggage: 'a=1,sluice.env=staging' },
];

describeWithNginx('where services find each other', () => {
  let stack: NginxStack;
  beforeAll(async () => {
    stack = await NginxStack.start();
  });
  afterAll(() => stack.stop());

  const sideOf = async (from: 'staging' | 'production', headers: Record<string, string> = {}) =>
    (await ask(stack.serviceUrl(from), { headers })).headers['x-side'];

  it('calls from staging stay in staging, with the tag and without', async () => {
    for (const headers of [{}, ...TAGGED]) expect(await sideOf('staging', headers)).toBe('staging');
  });

  it('calls from production go by the tag', async () => {
    for (const headers of TAGGED) expect(await sideOf('production', headers)).toBe('staging');
    expect(await sideOf('production')).toBe('production');
    expect(await sideOf('production', { 'x-sluice-env': 'other', baggage: 'sluice.env=stagings' })).toBe('production');
  });

  it('tags are left as they are, and logged so: a call that lost its tag has to be seen', async () => {
    const baggage = 'a=1,sluice.env=staging';
    await ask(`${stack.serviceUrl('staging')}/first?x=1`, { headers: { baggage } });
    expect(stack.staging.latest).toMatchObject({ baggage });
    await ask(`${stack.serviceUrl('staging')}/second`);
    expect(stack.staging.latest.baggage).toBeUndefined();
    await until('both are logged', async () => (await stack.calls()).at(-1)?.path === '/second');

    const call = { service: 'web', destination: stack.staging.address, entry: false, status: 200 };
    expect((await stack.calls()).slice(-2)).toMatchObject([
      { ...call, path: '/first', baggage, tag: '' },
      { ...call, path: '/second', baggage: '', tag: '' },
    ]);
  });

  it('what belongs to staging gets 503 when staging is gone, and never production', async () => {
    await stack.setStagingRunning(false);
    for (let i = 0; i < 5; i += 1) {
      expect(await ask(stack.serviceUrl('staging'))).toMatchObject({ status: 503 });
      for (const headers of TAGGED) {
        expect(await ask(stack.serviceUrl('production'), { headers })).toMatchObject({ status: 503 });
      }
      expect(await sideOf('production')).toBe('production');
    }
    await until('it is logged', async () => (await stack.calls()).filter(({ status }) => status === 503).length === 15);
    for (const call of await stack.calls()) {
      if (call.status === 503) expect(call.destination).toBe('');
    }
  });
});
