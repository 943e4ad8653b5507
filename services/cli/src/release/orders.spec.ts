import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { as, call } from '../spec-support/call.js';
import { Gateway } from '../spec-support/gateway.js';
import { ID } from '../spec-support/release.js';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await Gateway.start();
});
afterAll(() => gateway.stop());

describe('a command that changes a release', () => {
  it.each([
    ['reject', ['--reason', 'no'], 'approvals', { decision: 'reject', reason: 'no' }],
    ['start', [], 'start', {}],
    ['start', ['--reason', 'now'], 'start', { reason: 'now' }],
    ['pause', ['--reason', 'wait'], 'pause', { reason: 'wait' }],
    ['resume', [], 'resume', {}],
    ['abort', ['--reason', 'off'], 'abort', { reason: 'off' }],
    ['withdraw', [], 'withdraw', {}],
    ['confirm', ['--batch', 'eu-1.1', '--seen', 'a book'], 'confirmations', { batch: 'eu-1.1', seen: 'a book' }],
    ['interval', ['--batch', 'b', '--to', '30m', '--reason', 'r'], 'intervals', { batch: 'b', to: '30m', reason: 'r' }],
    ['retry', ['--unit', 'eu-1-c'], 'retries', { unit: 'eu-1-c' }],
    ['retry', ['--unit', 'u', '--reason', 'disk has room'], 'retries', { unit: 'u', reason: 'disk has room' }],
    ['rollback', ['--reason', 'bad'], 'rollbacks', { reason: 'bad' }],
    ['rollback', ['--batch', 'eu-1.1', '--reason', 'bad'], 'rollbacks', { batch: 'eu-1.1', reason: 'bad' }],
  ])('%s %j asks for just that', async (name, options, path, body) => {
    const answer = { id: ID, state: 'running', revision: 7 };
    gateway.on(`POST /v1/releases/${ID}/${path}`, { body: answer });
    const { exit, out } = await call([name, ID, ...options], { env: as('t', gateway.url) });
    expect({ exit, out }).toEqual({ exit: 0, out: `${ID} is running, revision 7\n` });
    expect(gateway.asked.at(-1)).toMatchObject({ path: `/v1/releases/${ID}/${path}` });
    expect(gateway.asked.at(-1)?.body).toEqual(body);
    const program = await call([name, ID, ...options, '--json'], { env: as('t', gateway.url) });
    expect(program.err).toBe('');
    expect(JSON.parse(program.out)).toEqual(answer);
  });

  it('carries the key and the revision that it was given', async () => {
    gateway.on(`POST /v1/releases/${ID}/start`, { body: { id: ID, state: 'running', revision: 7 } });
    await call(['start', ID, '--key', 'deploy-4711', '--if-revision', '0'], { env: as('t', gateway.url) });
    expect(gateway.asked.at(-1)?.headers).toMatchObject({ 'idempotency-key': 'deploy-4711', 'if-match': '"0"' });
  });

  it('belongs to the trace of the pipeline that gives it, when the environment names one', async () => {
    gateway.on(`POST /v1/releases/${ID}/start`, { body: { id: ID, state: 'running', revision: 7 } });
    const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await call(['start', ID], { env: { ...as('t', gateway.url), TRACEPARENT } });
    expect(gateway.asked.at(-1)?.headers).toMatchObject({ traceparent: TRACEPARENT });
    await call(['start', ID], { env: { ...as('t', gateway.url), TRACEPARENT: 'none' } });
    expect(gateway.asked.at(-1)?.headers).not.toHaveProperty('traceparent');
  });

  it('has a key of its own each time, and asks for no revision, when it was given none', async () => {
    gateway.on(`POST /v1/releases/${ID}/start`, { body: { id: ID, state: 'running', revision: 7 } });
    const before = gateway.asked.length;
    for (let i = 0; i < 2; i++) await call(['start', ID], { env: as('t', gateway.url) });
    const [first, second] = gateway.asked.slice(before).map(({ headers }) => headers);
    expect(first?.['idempotency-key']).not.toBe(second?.['idempotency-key']);
    expect(first?.['if-match']).toBeUndefined();
  });

  it('reaches a release whatever its id is made of', async () => {
    gateway.on('POST /v1/releases/a%2Fb%3Fc/start', { body: { id: 'a/b?c', state: 'running', revision: 7 } });
    expect((await call(['start', 'a/b?c'], { env: as('t', gateway.url) })).exit).toBe(0);
  });
});
