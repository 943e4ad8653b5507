import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TimeLimit } from '../time-limit.js';
import { AccessLog } from './access-log.js';

let dir: string;
let path: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sluice-log-'));
  path = join(dir, 'calls.log');
});
afterEach(() => rm(dir, { recursive: true }));

let clock = 0;
function line(over: Record<string, unknown> = {}): string {
  clock += 1;
  const record = {
    at: clock,
    source: '127.0.0.1',
    service: 'web',
    destination: '127.0.0.1:1',
    method: 'GET',
    path: '/',
  };
  return `${JSON.stringify({ ...record, status: '200', tag: '', entry: true, internal: false, ...over })}\n`;
}
const read = (log: AccessLog) => log.read(new TimeLimit({ timeoutMs: 5_000 }));

describe('the access log of nginx', () => {
  it('is counted by who asked and who answered', async () => {
    await writeFile(path, [line(), line({ tag: 'next' }), line({ internal: true, tag: 'next' }), line()].join(''));
    expect(await read(new AccessLog(path, 'next'))).toMatchObject({
      internal: { staging: 1, production: 0 },
      production: { staging: 1, production: 2 },
    });
  });

  it('leaves out calls between services, calls that nobody took, and what is no call', async () => {
    await writeFile(path, [line({ entry: false }), line({ destination: '' }), 'torn "entry":true {\n', '\n'].join(''));
    expect(await read(new AccessLog(path, 'next'))).toMatchObject({
      internal: { staging: 0, production: 0 },
      production: { staging: 0, production: 0 },
    });
  });

  it('is read on from where it was read to, and a line only when it is whole', async () => {
    const log = new AccessLog(path, 'next');
    await writeFile(path, line());
    const { epoch } = await read(log);
    const next = line();
    await appendFile(path, line() + next.slice(0, 20));
    expect(await read(log)).toMatchObject({ epoch, production: { production: 2 } });
    await appendFile(path, next.slice(20));
    expect(await read(log)).toMatchObject({ epoch, production: { production: 3 } });
    expect(await read(new AccessLog(path, 'next'))).toEqual(await read(log));
  });

  it('is longer than what is read at once', async () => {
    const lines = Array.from({ length: 20_000 }, () => line({ path: `/${'é'.repeat(20)}` }));
    await writeFile(path, lines.join(''));
    expect(await read(new AccessLog(path, 'next'))).toMatchObject({ production: { production: 20_000 } });
  });

  it.each([
    ['rotated', () => rename(path, `${path}.1`)],
    ['emptied', () => truncate(path)],
  ])('begins a new epoch when it is %s', async (_, replace) => {
    const log = new AccessLog(path, 'next');
    await writeFile(path, line() + line());
    const before = await read(log);
    await replace();
    // Longer than before: only the first line shows that it is another log.
    await appendFile(path, line() + line() + line());
    const after = await read(log);
    expect(after.epoch).not.toBe(before.epoch);
    expect(after).toMatchObject({ production: { production: 3 } });
  });

  it('has to be there', async () => {
    await expect(read(new AccessLog(path, 'next'))).rejects.toMatchObject({ code: 'refused', retryable: true });
  });

  it('goes on later when the time is over', async () => {
    await writeFile(path, line());
    const log = new AccessLog(path, 'next');
    const over = new TimeLimit({ timeoutMs: 1_000, signal: AbortSignal.abort() });
    await expect(log.read(over)).rejects.toMatchObject({ code: 'interrupted' });
    expect(await read(log)).toMatchObject({ production: { production: 1 } });
  });
});
