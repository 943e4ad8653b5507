import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findHaproxy } from './haproxy.mjs';
import { createLog } from './log.mjs';
import { offerNginx } from './nginx.mjs';
import { SetupError } from './run.mjs';
import { ensureReady, ROOT } from './setup.mjs';
import { told } from './told.mjs';

/** `npm test`: makes the clone ready and runs every test that this machine can run. What follows goes to jest. */
await told(async () => {
  const { nats } = await ensureReady();
  await offerRouters();
  const binary = nats?.kind === 'binary' ? { NATS_SERVER_BIN: nats.path } : {};
  process.exitCode = await jest(process.argv.slice(2), { ...process.env, ...binary });
});

/** What some suites need and others do not: where it cannot be had, those suites say so and are skipped. */
async function offerRouters() {
  const log = createLog();
  try {
    await findHaproxy(log);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.say(error.message);
  }
  await offerNginx(log);
}

/**
 * Runs jest, and says how many tests passed and failed in the last line.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} the exit code
 */
async function jest(args, env) {
  const dir = mkdtempSync(join(tmpdir(), 'sluice-test-'));
  const results = join(dir, 'results.json');
  const flags = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];
  const program = join(ROOT, 'node_modules/jest/bin/jest.js');
  try {
    const command = [...flags, program, '--json', `--outputFile=${results}`, ...args];
    // With --json jest prints the results on standard output too; the report for people is on standard error.
    const child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = JSON.parse(readFileSync(results, 'utf8'));
    console.log(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed`);
    return code ?? 1;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
