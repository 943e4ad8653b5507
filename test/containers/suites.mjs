import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { run } from '../../deploy/local/run.mjs';
import { ROOT } from '../../deploy/local/setup.mjs';
import { fetchImage, images } from './images.mjs';

/** @type {{ name: string, file: string, needs: import('./images.mjs').ImageName[] }[]} */
const SUITES = [
  {
    name: 'the main job on NATS and PostgreSQL',
    file: 'test/containers/main-job.spec.ts',
    needs: ['NATS_IMAGE', 'POSTGRES_IMAGE'],
  },
  {
    name: 'the event store and the main job on KurrentDB',
    file: 'test/containers/kurrentdb.spec.ts',
    needs: ['KURRENTDB_IMAGE', 'NATS_IMAGE', 'POSTGRES_IMAGE'],
  },
];

/**
 * Runs every suite whose images can be had, and says of the others which they miss.
 * @param {import('./docker.mjs').Engine} engine
 * @param {import('../../deploy/local/log.mjs').Log} log
 * @param {import('../../deploy/local/shutdown.mjs').Shutdown} shutdown
 * @throws when a test fails
 */
export async function runSuites({ docker }, log, shutdown) {
  const chosen = images();
  /** @type {Map<string, Promise<string | undefined>>} */
  const fetched = new Map();
  const files = [];
  for (const { name, file, needs } of SUITES) {
    const missing = [];
    for (const image of needs.map((variable) => chosen[variable])) {
      if (!fetched.has(image)) fetched.set(image, fetchImage(docker, image));
      missing.push(await fetched.get(image));
    }
    const why = missing.find((sentence) => sentence !== undefined);
    if (why === undefined) files.push(file);
    else log.say(`SKIPPED: ${name}, because ${why}`);
  }
  if (files.length === 0) return;

  const label = `sluice.test=${process.pid}`;
  shutdown.add('the containers of the suites', () => removeLabelled(docker, label));
  const env = {
    ...process.env,
    ...chosen,
    SLUICE_TEST_LABEL: label,
    // What is left over is removed above, so nobody has to be given the engine's socket for it.
    TESTCONTAINERS_RYUK_DISABLED: process.env.TESTCONTAINERS_RYUK_DISABLED ?? 'true',
  };
  const code = await jest(['--config', 'test/containers/jest.config.mjs', ...files], env, shutdown);
  if (code !== 0) throw new Error(`the suites in containers failed: jest ended with ${code}`);
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {import('../../deploy/local/shutdown.mjs').Shutdown} shutdown
 * @returns {Promise<number | null>} the exit code
 */
async function jest(args, env, shutdown) {
  const program = join(ROOT, 'node_modules/jest/bin/jest.js');
  const flags = ['--experimental-vm-modules', '--no-warnings=ExperimentalWarning'];
  const child = spawn(process.execPath, [...flags, program, ...args], { cwd: ROOT, env, stdio: 'inherit' });
  const ended = once(child, 'exit');
  shutdown.add('jest', async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await ended;
  });
  const [code] = await ended;
  return code;
}

/**
 * @param {string} docker
 * @param {string} label
 */
async function removeLabelled(docker, label) {
  const output = await run(docker, ['ps', '--all', '--quiet', '--filter', `label=${label}`]);
  const ids = output.split('\n').filter((id) => /^[0-9a-f]{12,64}$/.test(id));
  if (ids.length > 0) await run(docker, ['rm', '--force', '--volumes', ...ids]);
}
