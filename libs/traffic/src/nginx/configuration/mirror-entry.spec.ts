import { createHash, randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { describeWithNginx, until } from '#testing';
import { type FickleStack, startFickleStack } from '../spec/fickle-stack.js';
import type { Echo } from '../spec/fickle-unit.js';
import { ask } from '../spec/nginx-stack.js';

const TARGET = '//a%2Fb//c?d=%20';
const USERS = Array.from({ length: 100 }, (_, i) => `user-${i}`);

const sha = (body: string) => createHash('sha256').update(body).digest('hex');
const whatOf = ({ method, url, body }: Echo) => [method, url, sha(body)];

describeWithNginx('staging that only gets copies', () => {
  let at: FickleStack;
  beforeEach(async () => {
    at = await startFickleStack('mirror');
  });
  afterEach(() => at.stop());

  const fromUser = (user: string) => ask(at.stack.url, { headers: { cookie: `uid=${user}` } });

  it('gets nothing while the split is closed', async () => {
    for (const user of USERS.slice(0, 20)) await fromUser(user);
    await at.stack.router.drain({ timeoutMs: 10_000 });
    expect(at.staging.got).toEqual([]);
  });

  it('gets the request as it was, with its body and the tag; production answers the original without it', async () => {
    await at.stack.open('0%', '100%');
    const body = randomBytes(150_000).toString('hex');
    const headers = { 'x-any': 'thing', host: 'shop.example', baggage: 'a=1,sluice.env=x', 'x-sluice-env': 'forged' };
    for (const method of ['POST', 'GET', 'DELETE']) {
      const sent = method === 'POST' ? { body } : {};
      const answer: Echo = JSON.parse((await ask(at.stack.url + TARGET, { method, headers, ...sent })).body);
      expect(whatOf(answer)).toEqual([method, TARGET, sha(sent.body ?? '')]);
      expect(answer.headers).toMatchObject({ host: 'shop.example', baggage: 'a=1' });
      expect(answer.headers).not.toHaveProperty('x-sluice-env');

      await until('the copy is there', () => at.staging.got.length === 1);
      const [copy] = at.staging.got.splice(0) as [Echo];
      expect(whatOf(copy)).toEqual(whatOf(answer));
      expect(copy.headers).toMatchObject({
        'x-any': 'thing',
        'x-forwarded-for': '127.0.0.1',
        host: 'shop.example',
        baggage: 'a=1,sluice.env=staging',
        'x-sluice-env': 'staging',
      });
      expect(Object.keys(copy.headers).filter((name) => name.startsWith('x-sluice-'))).toEqual(['x-sluice-env']);
    }
  });

  it('gets copies of the chosen users alone, of the same ones each time, and of more when the share grows', async () => {
    let before = new Set<string>();
    for (const share of ['20%', '60%', '100%']) {
      await at.stack.open('0%', share);
      at.staging.got.length = 0;
      for (const user of [...USERS, ...USERS]) await fromUser(user);
      // Done when every copy has ended.
      await at.stack.router.drain({ timeoutMs: 20_000 });
      const users = at.staging.got.map(({ headers }) => String(headers.cookie).slice('uid='.length));
      const chosen = new Set(users);
      expect(users.toSorted()).toEqual([...chosen, ...chosen].toSorted());
      expect([...before].filter((user) => !chosen.has(user))).toEqual([]);
      expect(chosen.size).toBeGreaterThan(before.size);
      before = chosen;
    }
    expect(before.size).toBe(USERS.length);
  });

  it('is counted by its copies, beside the originals', async () => {
    await at.stack.open('100%', '0%');
    const before = await at.stack.router.observe({ timeoutMs: 5_000 });
    for (let i = 0; i < 5; i += 1) await ask(at.stack.url, { headers: { 'x-employee': 'yes' } });
    await fromUser('ada');
    await until('all copies are logged', async () => {
      const now = await at.stack.router.observe({ timeoutMs: 5_000 });
      return now?.internal.staging === 5 && now.internal.production === 5;
    });
    const after = await at.stack.router.observe({ timeoutMs: 5_000 });
    expect(after?.production).toEqual({ staging: 0, production: (before?.production.production ?? 0) + 1 });
    const copies = (await at.stack.calls()).filter(({ tag }) => tag === 'staging');
    expect(copies).toHaveLength(5);
    for (const call of copies) {
      expect(call).toMatchObject({ destination: at.staging.address, source: '127.0.0.1', entry: true, internal: true });
    }
  });

  it.each(['break', 500, 503] as const)('costs users nothing when it answers with %p', async (how) => {
    await at.stack.open('100%', '100%');
    at.staging.behaviour = how;
    for (let i = 0; i < 20; i += 1) expect(await fromUser(`user-${i}`)).toMatchObject({ status: 200 });
  });

  it('costs users nothing when it is gone', async () => {
    await at.stack.open('100%', '100%');
    await at.staging.stop();
    for (let i = 0; i < 20; i += 1) expect(await fromUser(`user-${i}`)).toMatchObject({ status: 200 });
  });

  it('does not hold up the next request of a connection when it does not answer', async () => {
    await at.stack.open('100%', '100%');
    at.staging.behaviour = 'hang';
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports = new Set<number | undefined>();
    for (let i = 0; i < 10; i += 1) {
      const body = await new Promise<string>((resolve, reject) => {
        request(at.stack.url, { agent }, (response) => {
          ports.add(response.socket.localPort);
          text(response).then(resolve, reject);
        })
          .once('error', reject)
          .end();
      });
      expect(JSON.parse(body)).toMatchObject({ method: 'GET' });
    }
    agent.destroy();
    expect(ports.size).toBe(1);
    // All ten copies hang; a connection that waited for each of them would have met the time limit of nginx ten times.
    await until('all copies are there', () => at.staging.got.length === 10);
    expect((await at.stack.calls()).filter(({ tag }) => tag === 'staging')).toEqual([]);
  });

  it('gets at most 256 copies at a time, and users get their answers', async () => {
    await at.stack.open('100%', '100%');
    at.staging.behaviour = 'hang';
    for (let i = 0; i < 10; i += 1) {
      const answers = await Promise.all(USERS.slice(0, 30).map(fromUser));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    await until('copies are there', () => at.staging.got.length >= 256);
    expect(at.staging.got.length).toBe(256);
  });
});
