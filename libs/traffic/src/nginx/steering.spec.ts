import { once } from 'node:events';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { CLOSED, type Environment } from '#domain';
import { describeWithNginx, HELD_PATH, until } from '#testing';
import { NginxTrafficRouter } from './nginx-traffic-router.js';
import { ask, NginxStack } from './spec/nginx-stack.js';
import { nginxSplit } from './split-file.js';

const PATIENCE = { timeoutMs: 10_000 };
const SPLIT = { internal: '100%', production: '1%' };

describeWithNginx('steering nginx', () => {
  let stack: NginxStack;
  beforeEach(async () => {
    stack = await NginxStack.start();
  });
  afterEach(() => stack.stop());

  /** A router of the same nginx with other settings. */
  function routerWith(settings: Partial<NonNullable<Environment['spec']['router']['nginx']>>): NginxTrafficRouter {
    const { environment } = stack;
    const nginx = { ...stack.settings, ...settings };
    return new NginxTrafficRouter({
      ...environment,
      spec: { ...environment.spec, router: { ...environment.spec.router, nginx } },
    });
  }
  const splitFile = () => readFile(stack.settings.split, 'utf8');

  it('puts the old split back when nginx refuses the configuration, and says in its words why', async () => {
    await appendFile(join(stack.nginx.dir, 'http.conf'), 'no_such_directive on;\n');
    const before = await splitFile();
    await expect(stack.router.apply(SPLIT, PATIENCE)).rejects.toMatchObject({
      code: 'refused',
      retryable: false,
      message: expect.stringContaining('unknown directive "no_such_directive"'),
    });
    expect(await splitFile()).toBe(before);
    expect(await stack.effective()).toEqual(CLOSED);
  });

  it('that is away when it should close comes back closed', async () => {
    await stack.open('100%', '1%');
    await stack.nginx.end();
    await expect(stack.router.drain(PATIENCE)).rejects.toMatchObject({ code: 'unreachable' });
    await stack.nginx.start();
    expect(await stack.effective()).toEqual(CLOSED);
  });

  it('that cannot be reloaded to close divides as before, and is closed when it starts again', async () => {
    await stack.open('100%', '1%');
    const reload = ['sh', '-c', 'exit 1'];
    await expect(routerWith({ reload }).drain(PATIENCE)).rejects.toMatchObject({ code: 'unreachable' });
    expect(await stack.effective()).toEqual(SPLIT);
    expect(await splitFile()).toContain('internal=0 production=0');
  });

  it.each([
    ['cannot be reloaded', ['sh', '-c', 'echo no such process; exit 1'], 'unreachable', /no such process/],
    ['does not finish to reload', ['sleep', '60'], 'timed-out', /sleep/],
    ['has no such command', ['/no/such/program'], 'refused', /no\/such\/program/],
  ] as const)('puts the old split back when nginx %s', async (_, reload, code, message) => {
    const before = await splitFile();
    const applying = routerWith({ reload: [...reload] }).apply(SPLIT, { timeoutMs: 1_500 });
    await expect(applying).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await splitFile()).toBe(before);
  });

  it('does not take a reload that nginx has not carried out for done', async () => {
    const router = routerWith({ reload: ['true'] });
    await router.apply(SPLIT, PATIENCE);
    expect(await router.converged(SPLIT, PATIENCE)).toBe(false);
    expect(await router.converged(CLOSED, PATIENCE)).toBe(false);
    await stack.open('100%', '1%');
    expect(await router.converged(SPLIT, PATIENCE)).toBe(true);
  });

  it('goes on after a crash between the file and the reload', async () => {
    await writeFile(stack.settings.split, nginxSplit(SPLIT));
    const afterwards = new NginxTrafficRouter(stack.environment);
    expect(await afterwards.converged(SPLIT, PATIENCE)).toBe(false);
    await afterwards.apply(SPLIT, PATIENCE);
    await until('it has converged', () => afterwards.converged(SPLIT, PATIENCE));
    expect(await stack.effective()).toEqual(SPLIT);
  });

  it('has converged only when no worker divides otherwise, however fast changes follow each other', async () => {
    for (let i = 0; i < 3; i += 1) {
      await stack.router.apply(SPLIT, PATIENCE);
      await stack.router.apply(CLOSED, PATIENCE);
      await until('it has converged', () => stack.router.converged(CLOSED, PATIENCE));
      expect(await stack.nginx.accepting()).toBe(1);
    }
  });

  it('does not reload for what is so already', async () => {
    await stack.open('100%', '1%');
    await routerWith({ reload: ['false'] }).apply({ internal: '100.00%', production: '1.0%' }, PATIENCE);
  });

  it('has converged while an earlier worker only finishes what it has begun', async () => {
    await stack.open('100%', '0%');
    const held = ask(`${stack.url}${HELD_PATH}`, { headers: { 'x-employee': 'yes' } });
    await stack.staging.holds(1);
    await stack.open('50%', '0%');
    await stack.open('0%', '0%');
    stack.staging.release();
    expect(await held).toMatchObject({ status: 200 });
    await stack.router.drain(PATIENCE);
  });

  it('keeps the split over a restart of nginx', async () => {
    await stack.open('100%', '1%');
    await stack.nginx.end();
    await stack.nginx.start();
    expect(await stack.effective()).toEqual(SPLIT);
    expect(await stack.router.converged(SPLIT, PATIENCE)).toBe(true);
  });

  it('does not take anything else that answers for nginx', async () => {
    const other = createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const router = routerWith({ status: `127.0.0.1:${(other.address() as AddressInfo).port}` });
    await expect(router.apply(CLOSED, PATIENCE)).rejects.toMatchObject({ code: 'bad-answer' });
    await expect(router.converged(CLOSED, PATIENCE)).rejects.toMatchObject({ code: 'bad-answer' });
    other.close();
    other.closeAllConnections();
  });

  it.each([
    ['this very process', process.pid],
    ['nobody here', 2 ** 22 + 1],
  ])('says so when the workers of nginx are not to be seen: the process is %s', async (_, pid) => {
    const other = createServer((_, response) => response.end(`internal=0 production=0 pid=${pid}\n`));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const router = routerWith({ status: `127.0.0.1:${(other.address() as AddressInfo).port}` });
    await expect(router.converged(CLOSED, PATIENCE)).rejects.toMatchObject({ code: 'unsupported', retryable: false });
    other.close();
    other.closeAllConnections();
  });

  it('counts nothing without a log', async () => {
    expect(await routerWith({ log: undefined }).observe(PATIENCE)).toBeNull();
  });
});
