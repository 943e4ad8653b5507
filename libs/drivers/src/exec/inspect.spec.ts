import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExecDriver, type Unit } from '#domain';
import { OUTPUT_TAIL_BYTES } from '../errors.js';
import type { UnitVersion } from '../port.js';
import { ExecUnitDriver } from './exec-driver.js';
import { untilThere } from './spec/one-unit.js';

// Processes take their time to start on a busy machine.
jest.setTimeout(40_000);

describe('inspecting a unit', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sluice-inspect-'));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  const unit: Unit = { id: 'eu-1-a', driver: 'exec' };

  async function inspect(script: string, inspectTimeout = '10s', signal?: AbortSignal): Promise<UnitVersion> {
    const file = path.join(directory, 'inspect.sh');
    await writeFile(file, script);
    const command = ['/bin/sh', file];
    const commands = ExecDriver.parse({ inspect: command, deploy: command, inspectTimeout });
    return new ExecUnitDriver(commands, { journal: directory, graceMs: 100 }).inspect(unit, signal);
  }

  it('takes what the command prints', async () => {
    expect(await inspect(`echo '{"version":"2.4.0","healthy":true}'`)).toEqual({ version: '2.4.0', healthy: true });
    expect(await inspect(`echo '{"version":null,"healthy":false}'`)).toEqual({ version: null, healthy: false });
  });

  it('leaves out what it does not know', async () => {
    expect(await inspect(`echo '{"version":"2","healthy":true,"more":1}'`)).toEqual({ version: '2', healthy: true });
  });

  it.each([
    '',
    'echo nonsense',
    'echo null',
    `echo '{"version":2,"healthy":true}'`,
    `echo '{"version":"","healthy":true}'`,
    `echo '{"version":"2"}'`,
  ])('has a bad answer from %j', async (script) => {
    await expect(inspect(script)).rejects.toMatchObject({ code: 'bad-answer', retryable: true });
  });

  it('has a bad answer from a command that does not stop printing', async () => {
    await expect(inspect('while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done')).rejects.toMatchObject({
      code: 'bad-answer',
    });
  });

  it.each([
    [1, true],
    [75, true],
    [137, true],
    [64, false],
    [65, false],
    [77, false],
    [78, false],
    [126, false],
    [127, false],
  ])('with exit code %d fails, and trying again makes sense: %j', async (exitCode, retryable) => {
    const failing = inspect(`echo the reason >&2; exit ${exitCode}`);
    await expect(failing).rejects.toMatchObject({ code: 'command-failed', retryable, exitCode, output: 'the reason' });
  });

  it('keeps the end of what a failing command says', async () => {
    const script = `i=0; while [ $i -lt 2000 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 1`;
    const error = await inspect(script).catch((reason: { output: string }) => reason);
    const output = 'output' in error ? error.output : '';
    expect(output).toMatch(/line 1999$/);
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(OUTPUT_TAIL_BYTES);
  });

  it('tells which signal ended the command', async () => {
    await expect(inspect('kill -9 $$')).rejects.toMatchObject({
      exitCode: 137,
      message: expect.stringContaining('signal 9'),
    });
  });

  it('does not wait longer than it may, though somebody holds on to its output', async () => {
    const asked = performance.now();
    await expect(inspect('setsid sleep 8 & sleep 60', '200ms')).rejects.toMatchObject({
      code: 'timed-out',
      retryable: true,
    });
    expect(performance.now() - asked).toBeLessThan(7_500);
  });

  it('stops when nobody waits any more', async () => {
    const nobody = new AbortController();
    const begun = path.join(directory, 'begun');
    const waiting = inspect(`: > ${begun}; sleep 60`, '10s', nobody.signal).catch((error: unknown) => error);
    await untilThere(begun);
    nobody.abort();
    expect(await waiting).toMatchObject({ code: 'interrupted' });
    await expect(inspect('exit 0', '10s', nobody.signal)).rejects.toMatchObject({ code: 'interrupted' });
  });
});
