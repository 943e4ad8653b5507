import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Unit } from '#domain';
import { sumOf } from '../exposition/exposition.js';
import { readSelector } from '../exposition/selector.js';
import { UNITS_AT_ONCE } from './in-parallel.js';
import { scrapeUnit, scrapeUnits } from './scrape.js';
import { deadUnit, serveRaw, serveUnit, type UnitServer } from './spec/unit-server.js';

// Megabytes take their time on a busy machine.
jest.setTimeout(40_000);

const EXPOSED = `# HELP http_requests_total All requests.
# TYPE http_requests_total counter
http_requests_total{code="200"} 480
http_requests_total{code="503"} 20
go_goroutines 12
process_start_time_seconds 1.7e9
`;
const PATIENT = { timeoutMs: 20_000 };
const HURRIED = { timeoutMs: 300 };

describe('scraping a unit', () => {
  const servers: UnitServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const serve = async (listener: RequestListener): Promise<Unit> => {
    const server = await serveUnit('eu-1-a', listener);
    servers.push(server);
    return server.unit;
  };
  const raw = async (onConnection: (socket: Socket) => void): Promise<Unit> => {
    const server = await serveRaw('eu-1-a', onConnection);
    servers.push(server);
    return server.unit;
  };

  it('finds the samples that it exposes', async () => {
    const unit = await serve((request, response) => response.end(request.url === '/metrics' ? EXPOSED : 'nothing'));
    const result = await scrapeUnit(unit, '/metrics', PATIENT);
    const selector = readSelector('http_requests_total{code=~"5.."}');
    if (!result.ok || !selector.ok) throw new Error('it cannot be read');
    expect(sumOf(result.samples, selector.selector)).toBe(20);
    expect(result.samples.samples).toHaveLength(4);
  });

  it('keeps the wanted series only, and when the process started', async () => {
    const unit = await serve((_, response) => response.end(EXPOSED));
    const result = await scrapeUnit(unit, '/metrics', { ...PATIENT, names: ['http_requests_total'] });
    expect(result.ok && result.samples.samples.map(({ name }) => name)).toEqual([
      'http_requests_total',
      'http_requests_total',
      'process_start_time_seconds',
    ]);
  });

  it('reads an exposition that comes in small pieces', async () => {
    const unit = await serve(async (_, response) => {
      for (const char of EXPOSED) {
        response.write(char);
        await new Promise(setImmediate);
      }
      response.end();
    });
    const result = await scrapeUnit(unit, '/metrics', PATIENT);
    expect(result.ok && result.samples.samples).toHaveLength(4);
  });

  it('says that a unit refuses connections', async () => {
    const result = await scrapeUnit(await deadUnit('eu-1-a'), '/metrics', PATIENT);
    expect(result).toEqual({ ok: false, reason: 'unreachable', why: 'refuses connections' });
  });

  it('says that a unit has no address, or one that is none', async () => {
    expect(await scrapeUnit({ id: 'a', driver: 'exec' }, '/', PATIENT)).toMatchObject({ reason: 'no-address' });
    expect(await scrapeUnit({ id: 'a', driver: 'exec', address: 'a b:x' }, '/', PATIENT)).toMatchObject({
      reason: 'no-address',
    });
  });

  it('says that an address cannot be resolved', async () => {
    const unit = { id: 'a', driver: 'exec', address: 'no-such-host.invalid:80' };
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({ ok: false });
  });

  it('does not wait for a unit that does not answer', async () => {
    const unit = await serve(() => undefined);
    expect(await scrapeUnit(unit, '/metrics', HURRIED)).toMatchObject({
      reason: 'timed-out',
      why: 'did not answer within 300 ms',
    });
  });

  it('does not wait for a unit that begins to answer and then hangs', async () => {
    const unit = await serve((_, response) => response.write('a 1\n'));
    expect(await scrapeUnit(unit, '/metrics', HURRIED)).toMatchObject({ reason: 'timed-out' });
  });

  it('does not believe half an answer', async () => {
    const unit = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(EXPOSED, () => response.destroy());
    });
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({
      reason: 'unreachable',
      why: 'cut the connection',
    });
  });

  it('does not believe a chunked answer without its end', async () => {
    const unit = await serve((_, response) => response.write(EXPOSED, () => response.destroy()));
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({ reason: 'unreachable' });
  });

  it('does not read an answer without end', async () => {
    const line = `${'a'.repeat(1_000)} 1\n`.repeat(100);
    const unit = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(line));
      };
      response.on('drain', more);
      more();
    });
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({ reason: 'too-large' });
  });

  it('does not read a line without end', async () => {
    const unit = await serve((_, response) => response.end('x'.repeat(200_000)));
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({ reason: 'bad-answer' });
  });

  it('says what is wrong with an answer that is no exposition', async () => {
    const unit = await serve((_, response) => response.end('<html>It works!</html>'));
    const why = expect.stringContaining('<html>It works!');
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({ reason: 'bad-answer', why });
  });

  it('says that a unit does not speak HTTP', async () => {
    const unit = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({
      reason: 'bad-answer',
      why: 'does not speak HTTP',
    });
  });

  it('says that a unit hangs up without a word', async () => {
    const unit = await raw((socket) => socket.destroy());
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({ reason: 'unreachable' });
  });

  it.each([301, 404, 500, 503])('says that a unit answers with %d, whatever it sends with it', async (status) => {
    const unit = await serve((_, response) =>
      response.writeHead(status, { location: '/other' }).end(EXPOSED.repeat(500)),
    );
    expect(await scrapeUnit(unit, '/metrics', PATIENT)).toMatchObject({
      reason: 'refused',
      why: `answers /metrics with ${status}`,
    });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const unit = await serve(() => stop.abort());
    expect(await scrapeUnit(unit, '/metrics', { ...PATIENT, signal: stop.signal })).toMatchObject({
      reason: 'cancelled',
    });
    expect(await scrapeUnit(unit, '/metrics', { ...PATIENT, signal: stop.signal })).toMatchObject({
      reason: 'cancelled',
    });
  });

  it('asks 32 units at the same time and no more', async () => {
    const waiting: ServerResponse[] = [];
    let left = 100;
    let most = 0;
    const unit = await serve((_, response) => {
      waiting.push(response);
      most = Math.max(most, waiting.length);
      if (waiting.length < Math.min(UNITS_AT_ONCE, left)) return;
      left -= waiting.length;
      for (const answer of waiting.splice(0)) answer.end(EXPOSED);
    });
    const units = Array.from({ length: left }, (_, i) => ({ ...unit, id: `unit-${i}` }));
    const results = await scrapeUnits(units, '/metrics', PATIENT);
    expect([...results.keys()].sort()).toEqual(units.map(({ id }) => id).sort());
    expect([...results.values()].every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(UNITS_AT_ONCE);
  });
});
