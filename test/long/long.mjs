import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureReady, ROOT } from '../../deploy/local/setup.mjs';
import { told } from '../../deploy/local/told.mjs';

/**
 * The long forms of suites: `npm run long -- [share|changes|reloads|calls|runs|kills|partition]`, all of them unless one is
 * named. They take minutes, and say nothing of speed.
 */

const HAPROXY = 'libs/traffic/src/haproxy/traffic.spec.ts';
const NGINX = 'libs/traffic/src/nginx/real-traffic.spec.ts';

/**
 * By name, which runs: what is more than usual, the file, and the tests in it that become longer by that.
 * @type {Record<string, [variables: Record<string, string>, file: string, tests: string][]>}
 */
const RUNS = {
  share: [
    [{ TRAFFIC_REQUESTS: '200000' }, HAPROXY, 'is divided by the share'],
    [{ TRAFFIC_REQUESTS: '200000' }, NGINX, 'its share of the users'],
  ],
  changes: [
    [{ TRAFFIC_CHANGES: '200' }, HAPROXY, 'while the share changes'],
    [{ TRAFFIC_KILLS: '50' }, HAPROXY, 'killed|goes away|not ready'],
  ],
  reloads: [[{ TRAFFIC_RELOADS: '200' }, NGINX, 'over many changes']],
  partition: [[{ PARTITION_SECONDS: '30', PARTITION_TRIALS: '3' }, 'test/crash/partition.spec.ts', '']],
  calls: [
    [{ TRAFFIC_CALLS: '100000' }, 'test/traffic/closed-loop.spec.ts', 'stay inside'],
    [{ TRAFFIC_SIMULATED_CALLS: '1000000' }, 'libs/traffic/src/closed-loop/simulated-calls.spec.ts', ''],
  ],
  runs: [
    [{ RELEASE_RUNS: '20000' }, 'libs/domain/src/release/run-time.property.spec.ts', ''],
    [{ RELEASE_RUNS: '20000' }, 'libs/domain/src/release/lifecycle.property.spec.ts', 'keeps every promise'],
  ],
  kills: [[{ CRASH_KILLS: '5' }, 'test/crash/kill-under-load.spec.ts', '']],
};

const names = process.argv.slice(2);
const unknown = names.filter((name) => !Object.hasOwn(RUNS, name));
if (unknown.length > 0) {
  console.error(`there is no long run ${unknown.join(', ')}: name some of ${Object.keys(RUNS).join(', ')}, or none`);
  process.exit(2);
}

await told(async () => {
  const { nats } = await ensureReady();
  const env = { ...process.env, ...(nats?.kind === 'binary' ? { NATS_SERVER_BIN: nats.path } : {}) };
  const failed = [];
  for (const name of names.length > 0 ? names : Object.keys(RUNS)) {
    for (const [variables, file, tests] of RUNS[name] ?? []) {
      const command = [...Object.entries(variables).map((entry) => entry.join('=')), 'npm run jest --', file];
      const line = [...command, ...(tests ? [`-t '${tests}'`] : [])].join(' ');
      console.log(`\n${name}: ${line}`);
      const outcome = run({ ...env, ...variables }, file, tests);
      console.log(`${name}: ${outcome.said}`);
      if (!outcome.isGood) failed.push(line);
    }
  }
  if (failed.length > 0) console.error(`\nnot passed:\n${failed.join('\n')}`);
  process.exitCode = failed.length > 0 ? 1 : 0;
});

/**
 * A run in which no test passed is not good: its suite was skipped, for want of a server.
 * @param {NodeJS.ProcessEnv} env
 * @param {string} file
 * @param {string} tests
 */
function run(env, file, tests) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-long-'));
  try {
    const results = join(folder, 'results.json');
    const args = [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      file,
    ];
    const options = ['--runInBand', '--json', `--outputFile=${results}`, ...(tests ? ['-t', tests] : [])];
    const began = performance.now();
    // What --json prints on standard output stands in the file as well.
    const { status, error } = spawnSync(process.execPath, [...args, ...options], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (error) throw error;
    const seconds = Math.round((performance.now() - began) / 1_000);
    const { numPassedTests: passed, numFailedTests: lost } = JSON.parse(readFileSync(results, 'utf8'));
    const isGood = status === 0 && passed > 0;
    return { isGood, said: `tests passed: ${passed}, failed: ${lost}, in ${seconds} s` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
