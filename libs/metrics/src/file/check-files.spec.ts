import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Unit } from '#domain';
import { deadUnit, serveUnit, type UnitServer } from '../units/spec/unit-server.js';
import { checkFiles } from './check-files.js';

// Megabytes take their time on a busy machine.
jest.setTimeout(40_000);

const CONTENT = '{"service":"checkout","version":"2.4.0"}\n';
const sha256 = createHash('sha256').update(CONTENT).digest('hex');
const check = { path: '/build-info.json', sha256 };
const context = { subject: 'checkout 2.4.0 on eu-1', timeoutMs: 10_000 };

describe('a file read back from units', () => {
  const servers: UnitServer[] = [];
  const serve = async (id: string, listener: RequestListener): Promise<Unit> => {
    const server = await serveUnit(id, listener);
    servers.push(server);
    return server.unit;
  };
  const right = (id: string): Promise<Unit> =>
    serve(id, (request, response) => response.end(request.url === '/build-info.json' ? CONTENT : 'another file'));
  const wrong = (id: string): Promise<Unit> => serve(id, (_, response) => response.end('{"version":"2.3.0"}'));
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('is the expected one on all of them', async () => {
    const units = [await right('a'), await right('b'), await right('c'), await right('d')];
    const judgement = await checkFiles(check, units, context);
    expect(judgement.verdict).toBe('passed');
    expect(judgement.sentence).toBe(
      'checkout 2.4.0 on eu-1: /build-info.json has the expected SHA-256 on 4 of 4 units',
    );
  });

  it('is another one on some of them, which are named', async () => {
    const units = [await right('a'), await wrong('b'), await wrong('c'), await deadUnit('d')];
    const judgement = await checkFiles(check, units, context);
    expect(judgement.verdict).toBe('failed');
    expect(judgement.sentence).toContain('has another SHA-256 on b, c');
    expect(judgement.evidence).toMatchObject({ units: 4, equal: 1, different: { count: 2 }, missing: { count: 1 } });
    expect(JSON.parse(JSON.stringify(judgement.evidence))).toEqual(judgement.evidence);
  });

  it('cannot be read from one of them', async () => {
    const judgement = await checkFiles(check, [await right('a'), await deadUnit('b')], context);
    expect(judgement.verdict).toBe('unavailable');
    expect(judgement.sentence).toContain('cannot be read: b refuses connections');
  });

  it('is not there', async () => {
    const unit = await serve('a', (_, response) => response.writeHead(404).end(CONTENT));
    expect((await checkFiles(check, [unit], context)).verdict).toBe('unavailable');
  });

  it('was cut short', async () => {
    const unit = await serve('a', (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length + 1 });
      response.write(CONTENT, () => response.destroy());
    });
    expect((await checkFiles(check, [unit], context)).verdict).toBe('unavailable');
  });

  it('does not come in time', async () => {
    const unit = await serve('a', () => undefined);
    expect((await checkFiles(check, [unit], { ...context, timeoutMs: 100 })).verdict).toBe('unavailable');
  });

  it('has no end', async () => {
    const block = Buffer.alloc(1_048_576);
    const unit = await serve('a', (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', more);
      more();
    });
    const judgement = await checkFiles(check, [unit], context);
    expect(judgement).toMatchObject({
      verdict: 'unavailable',
      sentence: expect.stringContaining('more than 67108864 bytes'),
    });
  });

  it('was not waited for', async () => {
    const stop = new AbortController();
    const unit = await serve('a', () => stop.abort());
    expect(await checkFiles(check, [unit], { ...context, signal: stop.signal })).toMatchObject({
      verdict: 'cancelled',
    });
  });

  it('is not confirmed by no unit at all', async () => {
    expect((await checkFiles(check, [], context)).verdict).toBe('unavailable');
  });

  it('leaves a sentence and evidence that stay short however many units differ', async () => {
    const unit = await wrong('a');
    const units = Array.from({ length: 200 }, (_, i) => ({ ...unit, id: `unit-${i}` }));
    const judgement = await checkFiles(check, units, context);
    expect(judgement.sentence).toContain('on unit-0, unit-1, unit-2 and 197 more');
    expect(JSON.stringify(judgement.evidence).length).toBeLessThan(5_000);
  });
});
