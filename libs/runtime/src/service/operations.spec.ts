import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gauge, Registry } from 'prom-client';
import { Operations } from './operations.js';

describe('what a service tells whoever runs it', () => {
  let operations: Operations;
  let ready = false;
  let failing = false;

  beforeEach(async () => {
    const metrics = new Registry();
    new Gauge({
      name: 'sluice_spec',
      help: 'Of this spec.',
      registers: [metrics],
      collect() {
        if (failing) throw new Error('the log is away');
        this.set(7);
      },
    });
    operations = await Operations.start({ host: '127.0.0.1', port: 0, metrics, isReady: () => ready });
  });

  afterEach(() => operations.stop());

  async function ask(path: string): Promise<[number, string]> {
    const response = await fetch(`http://127.0.0.1:${operations.port}${path}`);
    return [response.status, await response.text()];
  }

  it('is that it runs, from its start on, and that it takes part, once it does', async () => {
    expect(await ask('/healthz')).toEqual([200, 'up\n']);
    expect(await ask('/readyz')).toEqual([503, 'not ready\n']);
    ready = true;
    expect(await ask('/readyz')).toEqual([200, 'ready\n']);
  });

  it('are its figures; one that cannot be had does not end it', async () => {
    expect(await ask('/metrics')).toEqual([200, expect.stringContaining('sluice_spec 7')]);
    failing = true;
    expect(await ask('/metrics')).toEqual([500, 'the log is away\n']);
    failing = false;
    expect(await ask('/metrics')).toEqual([200, expect.stringContaining('sluice_spec 7')]);
  });

  it('is nothing else', async () => {
    expect(await ask('/etc/passwd')).toEqual([404, 'there is /healthz, /readyz and /metrics\n']);
  });
});
