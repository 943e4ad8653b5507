import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Unit } from '#domain';
import { readPattern } from '../regex/pattern.js';
import { deadUnit, serveUnit, type UnitServer } from '../units/spec/unit-server.js';
import { NO_POSITIONS } from './fold-log.js';
import { BEGINNING, type LogPosition, logPath, parseContentRange } from './position.js';
import { type LogRead, readLog } from './read-log.js';
import { readLogs } from './read-logs.js';

// Megabytes take their time on a busy machine.
jest.setTimeout(40_000);

const LINE = 'ts=1 order placed\n';
const OTHER = 'ts=1 order paid\n';
const PATIENCE = { timeoutMs: 20_000 };

/** How units may serve their logs: ranges in full, ranges without an end, no ranges at all. */
const SERVERS = {
  'that serves ranges': (request: IncomingMessage, response: ServerResponse, log: Buffer): void => {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const first = Number(from);
    if (first >= log.length) {
      response.writeHead(416, { 'content-range': `bytes */${log.length}` }).end();
      return;
    }
    const last = Math.min(to ? Number(to) : log.length - 1, log.length - 1);
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${log.length}` });
    response.end(log.subarray(first, last + 1));
  },
  'that does not understand where a range ends': (
    request: IncomingMessage,
    response: ServerResponse,
    log: Buffer,
  ): void => {
    const first = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]);
    if (first >= log.length) {
      response.writeHead(416).end();
      return;
    }
    response.writeHead(206, { 'content-range': `bytes ${first}-${log.length - 1}/${log.length}` });
    response.end(log.subarray(first));
  },
  'that always sends all of it': (_: IncomingMessage, response: ServerResponse, log: Buffer): void => {
    response.end(log);
  },
};

const pattern = (() => {
  const read = readPattern('order placed', { longest: 100 });
  if (!read.ok) throw new Error(read.why);
  return read.pattern;
})();

describe.each(Object.entries(SERVERS))('the log of a unit %s', (_, serve) => {
  let server: UnitServer;
  let log: string | Buffer;
  let position: LogPosition | null;

  beforeEach(async () => {
    log = '';
    position = null;
    server = await serveUnit('eu-1-a', (request, response) => serve(request, response, Buffer.from(log)));
  });
  afterEach(async () => {
    await server.close();
  });

  async function read(): Promise<LogRead> {
    const result = await readLog(server.unit, '/logs/orders.log', pattern, position, PATIENCE);
    if (!result.ok) throw new Error(result.why);
    position = result.value.position;
    return result.value;
  }
  const matches = async (): Promise<number> => (await read()).matches;

  it('counts what is written after the first look', async () => {
    log = LINE.repeat(10);
    expect(await matches()).toBe(0);
    expect(await matches()).toBe(0);
    log += LINE + OTHER + LINE;
    expect(await matches()).toBe(2);
    expect(await matches()).toBe(0);
    log += LINE;
    expect(await matches()).toBe(1);
  });

  it('may be empty at first', async () => {
    expect(await matches()).toBe(0);
    expect(await matches()).toBe(0);
    log = LINE;
    expect(await matches()).toBe(1);
  });

  it('counts a line when it is complete', async () => {
    await read();
    log = `${LINE}ts=1 order `;
    expect(await matches()).toBe(1);
    log += 'placed';
    expect(await matches()).toBe(0);
    log += '\n';
    expect(await matches()).toBe(1);
  });

  it('is read from its beginning when it was rotated and is shorter now', async () => {
    await read();
    log = LINE.repeat(5);
    expect(await matches()).toBe(5);
    log = LINE;
    expect(await matches()).toBe(1);
    log = '';
    expect(await matches()).toBe(0);
    log = LINE;
    expect(await matches()).toBe(1);
  });

  it('is read from its beginning when it was rotated and is longer already', async () => {
    await read();
    log = LINE.repeat(2);
    await read();
    log = `another one, no less\n${LINE.repeat(9)}`;
    expect(await matches()).toBe(9);
  });

  it('is read in blocks, none of which loses a line', async () => {
    await read();
    const lines = Math.floor(3_000_000 / LINE.length);
    log = LINE.repeat(lines);
    expect(await read()).toMatchObject({ matches: lines, behind: false });
  });

  it('is read on later when it grows faster than it is read', async () => {
    await read();
    const lines = Math.floor(10_000_000 / LINE.length);
    log = Buffer.from(LINE.repeat(lines));
    const first = await read();
    expect(first.behind).toBe(true);
    const second = await read();
    expect(second.behind).toBe(false);
    expect(first.matches + second.matches).toBe(lines);
  });

  it('is read on behind a line that does not end', async () => {
    await read();
    log = `${'x'.repeat(2_500_000)}\n${LINE}`;
    expect(await matches()).toBe(1);
    log += LINE;
    expect(await matches()).toBe(1);
  });

  it('may hold characters of several bytes, and lines that end as on Windows', async () => {
    log = 'ä€𝄞\n';
    await read();
    log += '𝄞𝄞 order placed ä\r\n';
    expect(await matches()).toBe(1);
  });
});

describe('a log that cannot be read', () => {
  let server: UnitServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  const readFrom = (unit: Unit, timeoutMs = 4_000) =>
    readLog(unit, '/logs/orders.log', pattern, BEGINNING, { timeoutMs });

  it('is a value, whatever the unit does', async () => {
    server = await serveUnit('eu-1-a', (_, response) => response.writeHead(404).end());
    expect(await readFrom(server.unit)).toMatchObject({ ok: false, why: 'answers /logs/orders.log with 404' });
    expect(await readFrom(await deadUnit('eu-1-a'))).toMatchObject({ ok: false, reason: 'unreachable' });
  });

  it('does not keep anybody waiting', async () => {
    server = await serveUnit('eu-1-a', () => undefined);
    expect(await readFrom(server.unit, 300)).toMatchObject({ ok: false, reason: 'timed-out' });
  });

  it('is not believed when it is another range than the one that was asked for', async () => {
    server = await serveUnit('eu-1-a', (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('order');
    });
    expect(await readFrom(server.unit)).toMatchObject({ ok: false, reason: 'bad-answer' });
  });

  it('is not looked through for ever', async () => {
    const block = Buffer.alloc(1_048_576, 'x');
    server = await serveUnit('eu-1-a', (_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(block));
      };
      response.on('drain', more);
      more();
    });
    const result = await readLog(server.unit, '/logs/orders.log', pattern, null, PATIENCE);
    expect(result).toMatchObject({ ok: false, reason: 'too-large' });
  });
});

describe('a round over the logs of several units', () => {
  const servers: UnitServer[] = [];
  const logs = new Map<string, string>();
  const serve = async (id: string): Promise<Unit> => {
    const server = await serveUnit(id, (request, response) => {
      const log = logs.get(id);
      if (log === undefined || request.url !== '/logs/orders.log') response.writeHead(404).end();
      else SERVERS['that serves ranges'](request, response, Buffer.from(log));
    });
    servers.push(server);
    return server.unit;
  };
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });
  const at = (second: number): string => `2026-01-05T10:00:0${second}.000Z`;
  const check = { source: 'orders.log', pattern: 'order placed' };

  it('adds up the matches, and says since when they may have been written', async () => {
    const units = [await serve('a'), await serve('b')];
    logs.set('a', '').set('b', '');
    const first = await readLogs(check, units, NO_POSITIONS, at(0), PATIENCE);
    if (!first.ok) throw new Error(first.why);
    expect(first.tally).toEqual({ since: at(0), at: at(0), matches: 0, missing: { count: 0, some: [] }, behind: 0 });

    logs.set('a', LINE).set('b', LINE + LINE);
    const second = await readLogs(check, units, first.positions, at(1), PATIENCE);
    expect(second).toMatchObject({ ok: true, tally: { since: at(0), at: at(1), matches: 3 } });
  });

  it('names the units that cannot be read, and makes up for them when they are back', async () => {
    const units = [await serve('a'), await serve('b')];
    logs.set('a', '').set('b', '');
    const first = await readLogs(check, units, NO_POSITIONS, at(0), PATIENCE);
    if (!first.ok) throw new Error(first.why);

    logs.set('a', LINE).delete('b');
    const second = await readLogs(check, units, first.positions, at(1), PATIENCE);
    if (!second.ok) throw new Error(second.why);
    const missing = { count: 1, some: [{ unit: 'b', why: 'answers /logs/orders.log with 404' }] };
    expect(second.tally).toMatchObject({ since: at(0), matches: 1, missing });

    logs.set('b', LINE);
    const third = await readLogs(check, units, second.positions, at(2), PATIENCE);
    expect(third).toMatchObject({ ok: true, tally: { since: at(0), at: at(2), matches: 1, missing: { count: 0 } } });
  });

  it('is not possible with a pattern that cannot be read', async () => {
    expect(await readLogs({ ...check, pattern: '(' }, [], NO_POSITIONS, at(0), PATIENCE)).toMatchObject({ ok: false });
  });
});

describe('the place of a log', () => {
  it.each([
    ['orders.log', '/logs/orders.log'],
    ['/var/log/orders.log', '/var/log/orders.log'],
    ['../secrets', '/logs/..%2Fsecrets'],
    ['a b?c', '/logs/a%20b%3Fc'],
  ])('%s is %s', (source, path) => {
    expect(logPath(source)).toBe(path);
  });

  it.each([
    ['bytes 0-0/200', { first: 0, size: 200 }],
    ['bytes 5-9/*', { first: 5, size: null }],
    ['bytes */200', { first: null, size: 200 }],
    ['items 0-0/200', null],
    [undefined, null],
  ])('Content-Range %p is %j', (header, range) => {
    expect(parseContentRange(header)).toEqual(range);
  });
});
