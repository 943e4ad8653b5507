import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DriverError } from '../errors.js';
import type { Entry } from '../journal/entry.js';
import { journalEntry } from '../journal/journal.js';
import { startWrapper } from '../journal/wrapper.js';
import type { UnitChange } from '../port.js';
import { isSessionAlive } from '../processes/process-mark.js';
import { kill, makeOneUnit, type OneUnit, untilThere } from './spec/one-unit.js';

// Processes take their time to start on a busy machine.
jest.setTimeout(40_000);

const KEY = 'checkout-ab12/eu-1.1/eu-1-a/1';

/** Every point at which the executor, the wrapper, the command or the machine may die. */
describe('a deploy that was interrupted', () => {
  let world: OneUnit;
  let entry: Entry;

  beforeEach(async () => {
    world = await makeOneUnit();
    entry = journalEntry(world.settings.journal, 'checkout-ab12', KEY);
  });
  afterEach(async () => {
    await world.close();
  });

  const change = (version = '2.0.0'): UnitChange => ({
    release: 'checkout-ab12',
    batch: 'eu-1.1',
    service: 'checkout',
    version,
    previous: '1.0.0',
  });
  const deploy = (version = '2.0.0', timeoutMs = 20_000): Promise<string> =>
    world.driver.deploy(world.unit, change(version), KEY, { timeoutMs }).then(
      () => 'done',
      (error: unknown) => {
        if (error instanceof DriverError) return error.code;
        throw error;
      },
    );
  const claim = (version = '2.0.0'): Promise<void> =>
    entry.claim({ key: KEY, action: 'deploy', unit: world.unit.id, version });
  const write = (name: string, text: string): Promise<void> => writeFile(path.join(entry.directory, name), text);

  async function beginSlow(): Promise<number> {
    const executor = await world.executor(change('slow'), KEY);
    await world.begun();
    await kill(executor);
    const start = await entry.start();
    if (start?.kind !== 'running') throw new Error('it did not begin');
    return start.leader.pid;
  }

  it('is begun when it was only claimed', async () => {
    await claim();
    expect(await deploy()).toBe('done');
    expect(await world.runs()).toBe(1);
  });

  it('is begun when its directory was made and nothing else', async () => {
    await mkdir(entry.directory, { recursive: true });
    expect(await deploy()).toBe('done');
    expect(await world.runs()).toBe(1);
  });

  it('is not begun again when the machine was switched off since it was claimed', async () => {
    await mkdir(entry.directory, { recursive: true });
    const task = { key: KEY, action: 'deploy', unit: world.unit.id, version: '2.0.0' };
    await write('claim', JSON.stringify({ ...task, boot: 'another' }));
    expect(await deploy()).toBe('outcome-unknown');
    expect(await world.runs()).toBe(0);
  });

  it('has an unknown outcome when its processes are gone', async () => {
    const leader = await beginSlow();
    process.kill(-leader, 'SIGKILL');
    expect(await deploy('slow')).toBe('outcome-unknown');
    await world.finish();
    expect(await deploy('slow')).toBe('outcome-unknown');
    expect(await world.runs()).toBe(1);
  });

  it('is waited for when only the wrapper is gone, and has an unknown outcome then', async () => {
    const leader = await beginSlow();
    process.kill(leader, 'SIGKILL');
    let outcome = 'none yet';
    const waiting = deploy('slow').then((code) => {
      outcome = code;
    });
    await sleep(300);
    expect(outcome).toBe('none yet');
    await world.finish();
    await waiting;
    expect(outcome).toBe('outcome-unknown');
    expect(await readFile(world.file('version'), 'utf8')).toBe('slow');
  });

  it('is not mistaken for another process that has its id now, and that process is left alone', async () => {
    await claim();
    const startedAtTick77 = `(sh) S 1 ${process.pid} ${process.pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 77 0 0`;
    await write('started', `${process.pid}\n${process.pid} ${startedAtTick77}\n`);
    expect(await deploy('2.0.0', 1)).toBe('outcome-unknown');
    expect(await world.runs()).toBe(0);
  });

  it.each(['', '\n', '0\n', '-1\nnonsense', '1\n', 'null'])(
    'has an unknown outcome when its start reads %j',
    async (text) => {
      await claim();
      await write('started', text);
      expect(await deploy()).toBe('outcome-unknown');
      expect(await world.runs()).toBe(0);
    },
  );

  it.each(['', 'nonsense\n', '0', '-1\n'])('has an unknown outcome when its outcome reads %j', async (text) => {
    await claim();
    await write('outcome', text);
    expect(await deploy()).toBe('outcome-unknown');
    expect(await world.runs()).toBe(0);
  });

  it('is not begun by a wrapper that comes late', async () => {
    expect(await deploy()).toBe('done');
    const command = ['/bin/sh', '-c', `echo late >> ${world.file('runs')}`] as const;
    const late = startWrapper(entry.directory, { command, environment: {} });
    await once(late, 'exit');
    expect(await world.runs()).toBe(1);
  });

  it('is not begun any more once it was given up before it began', async () => {
    await claim();
    await entry.bar();
    expect(await deploy()).toBe('timed-out');
    expect(await world.runs()).toBe(0);
  });

  it('has the time that is left, and not all of it again', async () => {
    await beginSlow();
    const minuteAgo = new Date(Date.now() - 60_000);
    await utimes(path.join(entry.directory, 'started'), minuteAgo, minuteAgo);
    expect(await deploy('slow', 59_000)).toBe('timed-out');
  });

  it('is ended with all the processes that it started, those too that do not listen', async () => {
    const deaf = `trap '' TERM; echo $$ > ${world.file('pid')}; while :; do sleep 0.05; done`;
    await writeFile(world.file('unit.sh'), `sh -c "${deaf.replaceAll('$', '\\$')}"; echo never`);
    const waiting = deploy('2.0.0', 400);
    await untilThere(world.file('pid'));
    const start = await entry.start();
    expect(await waiting).toBe('timed-out');
    expect(start?.kind === 'running' && (await isSessionAlive(start.leader))).toBe(false);
    const pid = (await readFile(world.file('pid'), 'utf8')).trim();
    const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' });
    // Gone, or ended and not yet taken notice of by its parent.
    expect(stdout.trim()).toMatch(/^(Z.*)?$/);
  });

  it.each([0, 3, 6, 10, 15, 25, 50])(
    'is done exactly once when the executor dies %d ms after it began',
    async (delayMs) => {
      const executor = await world.executor(change(), KEY);
      await sleep(delayMs);
      await kill(executor);
      expect(await deploy()).toBe('done');
      expect(await world.runs()).toBe(1);
    },
  );

  it('is done exactly once when three executors at a time die again and again', async () => {
    for (let round = 0; round < 2; round += 1) {
      const executors = await Promise.all([1, 2, 3].map(() => world.executor(change(), KEY)));
      await Promise.all(executors.map(kill));
    }
    expect(await deploy()).toBe('done');
    expect(await world.runs()).toBe(1);
  });
});
