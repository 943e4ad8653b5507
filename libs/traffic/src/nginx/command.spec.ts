import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#testing';
import { TimeLimit } from '../time-limit.js';
import { run } from './command.js';

const patience = (timeoutMs = 10_000) => new TimeLimit({ timeoutMs });

describe('a command', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'sluice-command-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('comes only from where commands may come from, and gets no secrets', async () => {
    await expect(run(['sh', '-c', 'true'], patience(), { allow: ['/opt/sluice'] })).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('is in none of the directories that commands may come from'),
    });
    const environment = { PATH: '/usr/bin:/bin', DATABASE_URL: 'postgres://sluice:secret@db' };
    const { output } = await run(['env'], patience(), { environment });
    expect(output).toBe('PATH=/usr/bin:/bin');
  });

  it('is run without a shell, and what it printed is kept', async () => {
    const result = await run(['printf', '%s|', '$HOME; exit 3', 'a b'], patience());
    expect(result).toEqual({ code: 0, output: '$HOME; exit 3|a b|' });
  });

  it('ends with its code and the end of a long output', async () => {
    const result = await run(['sh', '-c', 'yes no | head -c 100000; echo last words; exit 7'], patience());
    expect(result.code).toBe(7);
    expect(result.output.length).toBeLessThanOrEqual(4_000);
    expect(result.output).toMatch(/last words$/);
  });

  it('that there is not is refused', async () => {
    await expect(run(['/no/such/program'], patience())).rejects.toMatchObject({ code: 'refused', retryable: false });
  });

  it('is not started for a caller who does not wait any more', async () => {
    const over = new TimeLimit({ timeoutMs: 1_000, signal: AbortSignal.abort() });
    await expect(run(['/no/such/program'], over)).rejects.toMatchObject({ code: 'interrupted' });
  });

  it('is killed when its caller stops waiting, and nobody waits for what it has left behind', async () => {
    const pids = join(dir, 'pids');
    const caller = new AbortController();
    const limit = new TimeLimit({ timeoutMs: 60_000, signal: caller.signal });
    // What it leaves behind keeps its output open, and ends when the directory is gone.
    const leftBehind = `while [ -e "${dir}" ]; do sleep 0.1; done`;
    const running = run(
      ['sh', '-c', `(${leftBehind}) & echo "$$" > "${pids}.new"; mv "${pids}.new" "${pids}"; wait`],
      limit,
    );
    const ended = expect(running).rejects.toMatchObject({ code: 'interrupted' });
    await until('it runs', () => readFile(pids, 'utf8').then(Boolean, () => false));
    caller.abort();
    await ended;
    const pid = Number(await readFile(pids, 'utf8'));
    await until('it is gone', () =>
      readFile(`/proc/${pid}/stat`).then(
        () => false,
        () => true,
      ),
    );
  });

  it('is killed when it takes too long', async () => {
    await expect(run(['sleep', '60'], patience(200))).rejects.toMatchObject({ code: 'timed-out', retryable: true });
  });
});
