import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithNginx, until } from '#testing';
import { type FickleStack, startFickleStack } from '../spec/fickle-stack.js';
import type { Echo } from '../spec/fickle-unit.js';
import { ask } from '../spec/nginx-stack.js';

const TARGET = '//a%2Fb//c?d=%20';

describeWithNginx('a request that was to go to staging', () => {
  let at: FickleStack;
  beforeEach(async () => {
    at = await startFickleStack('split');
    await at.stack.open('100%', '100%');
  });
  afterEach(() => at.stop());

  it('comes there as the client sent it', async () => {
    const answer = await ask(at.stack.url + TARGET, { method: 'PUT', body: 'data' });
    expect(JSON.parse(answer.body)).toMatchObject({ method: 'PUT', url: TARGET, body: 'data' });
    expect(at.staging.got).toHaveLength(1);
  });

  it.each(['break', 502, 503, 504] as const)('is answered by production when staging answers with %p', async (how) => {
    at.staging.behaviour = how;
    const body = randomBytes(150_000).toString('hex');
    for (const method of ['GET', 'POST', 'PUT']) {
      const answer = await ask(at.stack.url + TARGET, { method, ...(method === 'GET' ? {} : { body }) });
      expect(answer.status).toBe(200);
      const got: Echo = JSON.parse(answer.body);
      expect([got.method, got.url, got.body === (method === 'GET' ? '' : body)]).toEqual([method, TARGET, true]);
      expect(got.headers).not.toHaveProperty('x-sluice-env');
    }
    const logged = async () => (await at.stack.calls()).filter(({ path }) => path.startsWith('//a'));
    await until('they are logged', async () => (await logged()).length === 3);
    for (const call of await logged()) {
      expect(call).toMatchObject({ destination: at.production.address, tag: '', status: 200, internal: false });
    }
  });

  it.each([404, 500])('gets the %p that staging itself answers with', async (status) => {
    at.staging.behaviour = status;
    expect(await ask(at.stack.url)).toMatchObject({ status, body: 'refused' });
  });

  it('does not get to a unit that keeps failing, until it has had its rest', async () => {
    at.staging.behaviour = 'break';
    for (let i = 0; i < 20; i += 1) expect(await ask(at.stack.url)).toMatchObject({ status: 200 });
    expect(at.staging.got.length).toBeLessThan(10);
  });
});
