import { chmod, mkdtemp, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExecDriver, type Unit } from '#domain';
import { forgetRelease } from '../journal/journal.js';
import type { UnitChange } from '../port.js';
import type { DriverSettings } from '../settings.js';
import { ExecUnitDriver } from './exec-driver.js';

// Processes take their time to start on a busy machine.
jest.setTimeout(40_000);

describe('what a deploy runs', () => {
  let directory: string;
  let file: (name: string) => string;
  let script: string;
  let settings: DriverSettings;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'sluice-effects-'));
    file = (name) => path.join(directory, name);
    script = file('deploy.sh');
    settings = { journal: file('journal') };
    await command('echo ran >> "$1/runs"');
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  const unit: Unit = { id: 'eu-1-a', driver: 'exec' };
  const change: UnitChange = { release: 'r', batch: 'eu-1.1', service: 'checkout', version: '2.0.0', previous: null };

  async function command(text: string): Promise<void> {
    await writeFile(script, `#!/bin/sh\n${text}\n`);
    await chmod(script, 0o755);
  }

  async function deploy(key = 'r/1', own: DriverSettings = settings): Promise<void> {
    const commands = ExecDriver.parse({ inspect: [script], deploy: [script, directory] });
    await new ExecUnitDriver(commands, own).deploy(unit, change, key, { timeoutMs: 10_000 });
  }

  async function runs(): Promise<number> {
    return (await readFile(file('runs'), 'utf8')).split('\n').length - 1;
  }

  it('sees nothing of the environment of the service', async () => {
    process.env.SLUICE_SPEC_TOKEN = 'secret';
    await command(`env | sed 's/=.*//' > "$1/names"`);
    await deploy();
    delete process.env.SLUICE_SPEC_TOKEN;
    const names = (await readFile(file('names'), 'utf8')).trim().split('\n');
    const ofTheShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    const others = names.filter((name) => !/^SLUICE_|^(PATH|HOME|LANG)$/.test(name) && !ofTheShell.includes(name));
    expect(others).toEqual([]);
    expect(names).toContain('SLUICE_VERSION');
    expect(names).not.toContain('SLUICE_SPEC_TOKEN');
  });

  it('gets its arguments as they are, through no shell', async () => {
    await command(`printf '%s|' "$@" > "${directory}/args"`);
    const args = ['$(touch evil)', '; exit 1', ' ', 'a b', '"', '\n', '*'];
    const commands = ExecDriver.parse({ inspect: [script], deploy: [script, ...args] });
    await new ExecUnitDriver(commands, settings).deploy(unit, change, 'r/1', { timeoutMs: 10_000 });
    expect(await readFile(file('args'), 'utf8')).toBe(`${args.join('|')}|`);
  });

  it('says in the error what it printed last', async () => {
    await command('echo first; echo last >&2; exit 3');
    await expect(deploy()).rejects.toMatchObject({ code: 'command-failed', exitCode: 3, output: 'first\nlast' });
  });

  it('does not run when it comes from a directory that is not allowed', async () => {
    const refused = { code: 'refused', retryable: false };
    await expect(deploy('r/1', { ...settings, allow: ['/usr/bin'] })).rejects.toMatchObject(refused);
    await expect(runs()).rejects.toThrow('ENOENT');
    await deploy('r/1', { ...settings, allow: [directory] });
    expect(await runs()).toBe(1);
  });

  it('has an outcome that is found though its program is gone', async () => {
    await deploy();
    await unlink(script);
    await deploy();
    expect(await runs()).toBe(1);
    await expect(deploy('r/2')).rejects.toMatchObject({ code: 'command-missing', retryable: false });
  });

  it('runs again for a key of a release that was forgotten', async () => {
    await deploy();
    await forgetRelease(settings, 'r');
    await deploy();
    expect(await runs()).toBe(2);
  });

  it('has an unknown outcome when its release is forgotten while it runs', async () => {
    await command(`rm -r "$1/journal"`);
    await expect(deploy()).rejects.toMatchObject({ code: 'outcome-unknown', retryable: true });
  });

  it('may be tried again when the journal cannot be written', async () => {
    await writeFile(file('no-directory'), '');
    const failing = deploy('r/1', { journal: file('no-directory') });
    await expect(failing).rejects.toMatchObject({ code: 'machine-failed', retryable: true });
  });
});
