import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Environment, EnvironmentSpec } from '#domain';
import { ServiceStack } from '#testing';
import { aCall } from '../closed-loop/spec/a-loop.js';

import { type ProbeOptions, probeStack } from './probe-stack.js';
import { callFiles } from './spec/call-files.js';

let folder: string;
let stack: ServiceStack;
let environment: Environment;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-probe-'));
  stack = await ServiceStack.start(folder, { units: 2 });
  environment = stack.environment();
});

afterEach(async () => {
  await stack.stop();
  await rm(folder, { recursive: true, force: true });
});

async function probe(more: Partial<ProbeOptions> = {}) {
  const readCalls = more.readCalls ?? (await callFiles(environment));
  return probeStack(environment, { id: 'a-probe.1', timeoutMs: 10_000, settleMs: 150, ...more, readCalls });
}

describe('a probe of a stack', () => {
  it('passes when the calls of every edge, from every unit, land inside', async () => {
    expect(await probe()).toMatchObject({
      verdict: 'passed',
      evidence: {
        id: 'a-probe.1',
        edges: { 'web>orders': { asked: 2, seen: 2 }, 'orders>stock': { asked: 2, seen: 2 } },
        leaks: 0,
        missing: [],
        troubles: [],
      },
    });
  });

  it('fails when a service calls production by its address, and names the call', async () => {
    stack.callByAddress('orders', 'stock');
    const { verdict, sentence } = await probe();
    expect(verdict).toBe('failed');
    expect(sentence).toMatch(
      /^probe a-probe\.1 found a leak: orders \(127\.0\.2\.2[12]\) called stock at 127\.0\.1\.3[12]:\d+, outside/,
    );
  });

  it('fails when a service drops the tag', async () => {
    stack.dropTag('orders');
    const { verdict, sentence } = await probe();
    expect(verdict).toBe('failed');
    expect(sentence).toMatch(/orders \(127\.0\.2\.2[12]\) called stock at .*, inside the environment, without its tag/);
  });

  it('fails for a leak that is not its own', async () => {
    const readCalls = await callFiles(environment);
    await fetch(`http://${stack.units('staging', 'stock')[0]?.address}/items/8`);
    await stack.flush();
    expect(await probe({ readCalls })).toMatchObject({
      verdict: 'failed',
      sentence: expect.stringContaining('/items/8'),
    });
  });

  it('is undecided when an edge is not seen in time, and names the edge, the unit and what went wrong', async () => {
    await stack.units('staging', 'web')[1]?.stop();
    const { verdict, sentence } = await probe({ timeoutMs: 500 });
    expect(verdict).toBe('undecided');
    expect(sentence).toBe(
      'probe a-probe.1 did not see in 500 ms: web>orders from web-staging-b, asked for /; web-staging-b could not be asked for /: ECONNREFUSED',
    );
  });

  it('does not take the calls of others for its own', async () => {
    await Promise.all(stack.units('staging', 'web').map((web) => web.stop()));
    const read = await callFiles(environment);
    const others = ['sluice.probe=a-probe.10', 'sluice.probe=a-probe', 'sluice.probe=another;a-probe.1', ''].map(
      (id) => ({
        ...aCall({ source: '127.0.2.11', destination: stack.units('staging', 'orders')[0]?.address ?? '' }),
        baggage: `sluice.env=staging,${id},sluice.probe-request=0`,
      }),
    );
    const readCalls = async () => {
      const found = await read();
      return { ...found, calls: [...others, ...found.calls] };
    };
    expect(await probe({ readCalls, timeoutMs: 300 })).toMatchObject({
      verdict: 'undecided',
      evidence: { edges: { 'web>orders': { asked: 2, seen: 0 }, 'orders>stock': { asked: 2, seen: 2 } } },
    });
  });

  it('is unavailable when calls cannot be read', async () => {
    const [file] = environment.spec.calls;
    if (!file || !('file' in file)) throw new Error('the stack writes files');
    await rm(file.file);
    expect(await probe({ timeoutMs: 300 })).toMatchObject({
      verdict: 'unavailable',
      sentence: expect.stringContaining('is not there'),
    });
    const readCalls = async () => ({ calls: [], damaged: 1, unreadable: [] });
    expect(await probe({ timeoutMs: 300, readCalls })).toMatchObject({ verdict: 'unavailable' });
    environment = { ...environment, spec: { ...environment.spec, calls: [] } };
    expect(await probe()).toMatchObject({
      verdict: 'unavailable',
      sentence: expect.stringContaining('no source of calls'),
    });
  });

  it('is undecided when there is nothing to see', async () => {
    const [web] = environment.spec.services;
    const alone = EnvironmentSpec.parse({ ...environment.spec, services: [{ ...web, calls: [] }] });
    const readCalls = async () => ({ calls: [], damaged: 0, unreadable: [] });
    const judgement = await probeStack({ ...environment, spec: alone }, { id: 'one', readCalls, timeoutMs: 200 });
    expect(judgement).toMatchObject({ verdict: 'undecided', sentence: 'probe one saw no call in 200 ms' });
  });

  it('ends when it is told to', async () => {
    const signal = AbortSignal.abort();
    expect(await probe({ signal })).toMatchObject({ verdict: 'cancelled' });
  });

  it('has an id that can stand in a header', async () => {
    await expect(probe({ id: 'a,b=c' })).rejects.toThrow(TypeError);
  });
});
