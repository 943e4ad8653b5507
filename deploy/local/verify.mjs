import { spawnSync } from 'node:child_process';
import { ROOT } from './setup.mjs';

/** `npm run verify`: everything that has to hold before a change is good. `--no-tests` leaves the tests to the caller. */
/** @type {[name: string, command: string, args: string[]][]} */
const STEPS = [
  ['format and lint', 'biome', ['check']],
  ['types', 'tsc', ['-p', 'tsconfig.json']],
  ['boundaries', 'depcruise', ['services', 'libs', 'test', 'deploy']],
  ['unused code', 'knip', []],
  ['build', 'tsc', ['-p', 'tsconfig.build.json']],
];

/** @type {typeof STEPS} */
const tests = process.argv.includes('--no-tests') ? [] : [['tests', 'node', ['deploy/local/test.mjs']]];
for (const [name, command, args] of [...STEPS, ...tests]) {
  const started = Date.now();
  const program = command === 'node' ? process.execPath : `${ROOT}/node_modules/.bin/${command}`;
  const { status } = spawnSync(program, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) {
    console.error(`${name}: failed`);
    process.exit(1);
  }
  console.log(`${name}: ok, ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
