import { installer } from './packages.mjs';
import { run, SetupError } from './run.mjs';
import { which } from './which.mjs';

/** @typedef {{ path: string, version: string }} Haproxy */

const OLDEST = [2, 6];

/**
 * HAProxy as this machine has it, or as its package manager installs it.
 * @param {import('./log.mjs').Log} log
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Haproxy>}
 * @throws {SetupError} with the words to show
 */
export async function findHaproxy(log, env = process.env) {
  const found = (await fromPath(env)) ?? (await fromPackages(log, env));
  if (!found) throw new SetupError('No HAProxy: install haproxy (2.6 or newer).');
  const [major = 0, minor = 0] = found.version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return found;
  throw new SetupError(`HAProxy ${found.version} at ${found.path} is too old: install ${OLDEST.join('.')} or newer.`);
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Haproxy | undefined>}
 */
async function fromPath(env) {
  const path = which('haproxy', env);
  if (!path) return undefined;
  const output = await run(path, ['-v'], { timeoutMs: 10_000 });
  return { path, version: /version (\d+\.\d+(\.\d+)?)/.exec(output)?.[1] ?? '0.0' };
}

/**
 * @param {import('./log.mjs').Log} log
 * @param {NodeJS.ProcessEnv} env
 */
async function fromPackages(log, env) {
  const install = installer('haproxy', env);
  if (!install) return undefined;
  try {
    await log.step('installing haproxy', install);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.say(error.message);
    return undefined;
  }
  return fromPath(env);
}
