import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { endSession } from './end-session.js';
import { isSessionAlive, parsePs, parseStat, signalGroup } from './process-mark.js';

describe('the state of a process', () => {
  const fields = '1 4242 4242 0 -1 4194304 95 0 0 0 1 2 0 0 20 0 1 0 987654 2482176 213';

  it.each(['(sh)', '(my prog)', '(a) S 1 (b)', '(:-))'])('is found behind the name %s', (name) => {
    expect(parseStat(`4242 ${name} S ${fields}`)).toEqual({ start: '987654', group: 4242, ended: false });
  });

  it.each(['Z', 'X'])('is ended when it is %s', (state) => {
    expect(parseStat(`4242 (sh) ${state} ${fields}`)?.ended).toBe(true);
  });

  it.each(['', 'nonsense', '4242 (sh) S 1'])('is unknown when it reads %j', (text) => {
    expect(parseStat(text)).toBeNull();
  });

  it('is read from ps where there is no /proc', () => {
    const start = 'Mon Jan  5 10:00:00 2026';
    expect(parsePs(`Ss    412 ${start}    `)).toEqual({ start, group: 412, ended: false });
    expect(parsePs(`Z+ 412 ${start}`)?.ended).toBe(true);
    expect(parsePs('')).toBeNull();
  });

  it('is what the ps of this machine prints', () => {
    const args = ['-o', 'stat=', '-o', 'pgid=', '-o', 'lstart=', '-p', String(process.pid)];
    const { stdout } = spawnSync('ps', args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
    expect(parsePs(stdout.trim())).toMatchObject({
      ended: false,
      start: expect.stringMatching(/\d\d:\d\d:\d\d \d{4}$/),
    });
  });
});

const onLinux = existsSync('/proc/self/stat') ? describe : describe.skip;

onLinux('a session', () => {
  const markOf = (pid: number) => {
    const start = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.start;
    if (start === undefined) throw new Error('there is no such process');
    return { pid, start };
  };
  const begin = async (script: string) => {
    const child = spawn('/bin/sh', ['-c', `${script}`], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(child.stdout, 'data');
    return { child, mark: markOf(child.pid ?? 0) };
  };

  it('is alive while its leader is, and gone with it', async () => {
    const { child, mark } = await begin('echo ready; exec sleep 60');
    expect(await isSessionAlive(mark)).toBe(true);
    expect(await endSession(mark, 5_000)).toBe(true);
    expect(await isSessionAlive(mark)).toBe(false);
    expect(child.signalCode).toBe('SIGTERM');
  });

  it('is alive while somebody is left that the leader started', async () => {
    const { child, mark } = await begin('sleep 60 > /dev/null & echo ready; read never < /dev/zero');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    expect(await isSessionAlive(mark)).toBe(true);
    expect(await endSession(mark, 1_000)).toBe(true);
    expect(signalGroup(mark.pid, 0) && (await isSessionAlive(mark))).toBe(false);
  });

  it('is another one when its leader started at another time', async () => {
    const { child, mark } = await begin('echo ready; exec sleep 60');
    expect(await isSessionAlive({ ...mark, start: '1' })).toBe(false);
    expect(await endSession({ ...mark, start: '1' }, 10)).toBe(true);
    expect(child.signalCode).toBeNull();
    await endSession(mark, 1_000);
  });

  it('is killed when it does not listen', async () => {
    const { child, mark } = await begin("trap '' TERM; echo ready; while :; do sleep 0.05; done");
    expect(await endSession(mark, 100)).toBe(true);
    expect(child.signalCode).toBe('SIGKILL');
  });
});
