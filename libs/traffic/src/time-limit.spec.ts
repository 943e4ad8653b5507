import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { TimeLimit } from './time-limit.js';

const UNDONE = 'the log was not read';

describe('the time limit of a router', () => {
  it('leaves time at first', async () => {
    const limit = new TimeLimit({ timeoutMs: 10_000, signal: new AbortController().signal });
    limit.check(UNDONE);
    expect(limit.ended(UNDONE)).toBeNull();
    await limit.pause(1, UNDONE);
  });

  it('is over after its time, and says what was not done', async () => {
    const limit = new TimeLimit({ timeoutMs: 20 });
    const timedOut = { code: 'timed-out', retryable: true, message: 'the log was not read within 20 ms' };
    await expect(limit.pause(60_000, UNDONE)).rejects.toMatchObject(timedOut);
    expect(() => limit.check(UNDONE)).toThrow(expect.objectContaining(timedOut));
    expect(limit.ended(UNDONE)).toMatchObject(timedOut);
  });

  it('is over when its caller stops waiting, and says why', async () => {
    const caller = new AbortController();
    const limit = new TimeLimit({ timeoutMs: 60_000, signal: caller.signal });
    const pausing = limit.pause(60_000, UNDONE);
    const cause = new Error('the release was aborted');
    caller.abort(cause);
    const interrupted = { code: 'interrupted', retryable: true, cause };
    await expect(pausing).rejects.toMatchObject(interrupted);
    expect(limit.signal.aborted).toBe(true);
    expect(limit.ended(UNDONE)).toMatchObject(interrupted);
  });

  it('is over from the start for a caller who does not wait any more', () => {
    const limit = new TimeLimit({ timeoutMs: 60_000, signal: AbortSignal.abort() });
    expect(() => limit.check(UNDONE)).toThrow(expect.objectContaining({ code: 'interrupted' }));
  });

  it.each([0, -5, 0.4])('is over at once when it is of %d ms', async (timeoutMs) => {
    const limit = new TimeLimit({ timeoutMs });
    if (!limit.signal.aborted) await once(limit.signal, 'abort');
    expect(limit.ended(UNDONE)).toMatchObject({ code: 'timed-out' });
  });

  it('may be longer than any timer', async () => {
    const limit = new TimeLimit({ timeoutMs: 2 ** 40 });
    await limit.pause(5, UNDONE);
    expect(limit.ended(UNDONE)).toBeNull();
    const caller = new AbortController();
    const pausing = new TimeLimit({ timeoutMs: 2 ** 40, signal: caller.signal }).pause(2 ** 40, UNDONE);
    caller.abort();
    await expect(pausing).rejects.toMatchObject({ code: 'interrupted' });
  });
});
