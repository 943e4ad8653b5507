import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ExecDriver, type Unit } from '#domain';
import type { UnitChange } from '../../port.js';
import type { DriverSettings } from '../../settings.js';
import { isSystemError } from '../../system-error.js';
import { ExecUnitDriver } from '../exec-driver.js';

/** A unit that is a directory: `version` is what it runs, `runs` has a line for each attempt to change it. */
const SCRIPT = `
dir=$1
version=$(cat "$dir/version" 2> /dev/null)
if [ "$SLUICE_ACTION" = inspect ]; then
  if [ "$version" ]; then printf '{"version":"%s","healthy":true}' "$version"; else echo '{"version":null,"healthy":false}'; fi
  exit 0
fi
echo "$SLUICE_ACTION $SLUICE_KEY" >> "$dir/runs"
case $SLUICE_VERSION in
  fails-for-now) echo 'the disk is busy' >&2; exit 75 ;;
  fails-for-good) echo 'there is no such version'; exit 65 ;;
  hangs) sleep 600 ;;
  slow) : > "$dir/begun"; while [ -d "$dir" ] && [ ! -e "$dir/go" ]; do sleep 0.02; done ;;
esac
printf '%s' "$SLUICE_VERSION" > "$dir/version"
`;

export const VERSIONS = {
  failsForNow: 'fails-for-now',
  failsForGood: 'fails-for-good',
  hangs: 'hangs',
  slow: 'slow',
};

export type OneUnit = Awaited<ReturnType<typeof makeOneUnit>>;

/** A temporary directory with a unit, a journal, and a driver for both. */
export async function makeOneUnit() {
  const directory = await mkdtemp(path.join(tmpdir(), 'sluice-exec-'));
  const file = (name: string): string => path.join(directory, name);
  await writeFile(file('unit.sh'), SCRIPT);
  const command = ['/bin/sh', file('unit.sh'), directory];
  const commands = ExecDriver.parse({ inspect: command, deploy: command });
  const settings: DriverSettings = { journal: file('journal'), graceMs: 200 };
  const unit: Unit = { id: 'eu-1-a', driver: 'exec', address: '127.0.0.1:9101', labels: { tier: 'web' } };
  const executors: ChildProcess[] = [];

  /** An executor that deploys in a process of its own, about to begin. */
  async function executor(change: UnitChange, key: string): Promise<ChildProcess> {
    const program = fileURLToPath(new URL('./deploy.mjs', import.meta.url));
    const job = JSON.stringify({ commands, settings, unit, change, key, timeoutMs: 20_000 });
    const child = spawn(process.execPath, ['--no-warnings', program, job], { stdio: ['ignore', 'pipe', 'inherit'] });
    executors.push(child);
    await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
    if (child.exitCode !== null) throw new Error(`the executor ended with ${child.exitCode}`);
    return child;
  }

  return {
    directory,
    file,
    commands,
    settings,
    unit,
    driver: new ExecUnitDriver(commands, settings),
    executor,
    async runs(): Promise<number> {
      return (await readOr(file('runs'), '')).split('\n').length - 1;
    },
    begun: () => untilThere(file('begun')),
    finish: () => writeFile(file('go'), ''),
    async close(): Promise<void> {
      await writeFile(file('go'), '');
      for (const child of executors) await kill(child);
      await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

/** Ends a process as a power cut would, and waits until it is gone. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** Waits for a file to be there. */
export async function untilThere(file: string): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(5)) {
    try {
      await access(file);
      return;
    } catch (error) {
      if (!isSystemError(error, 'ENOENT')) throw error;
    }
  }
  throw new Error(`${file} did not appear`);
}

async function readOr(file: string, otherwise: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return otherwise;
    throw error;
  }
}
