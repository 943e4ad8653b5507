import { run, SetupError, succeeds } from '../../deploy/local/run.mjs';

const PULL_MS = 300_000;

/** What docker-compose.yml and the Dockerfile take unless the environment names others. */
const STANDARD = {
  NODE_IMAGE: 'node:24-bookworm-slim',
  NATS_IMAGE: 'nats:2.12',
  POSTGRES_IMAGE: 'postgres:17',
  KURRENTDB_IMAGE: 'kurrentplatform/kurrentdb:25.1',
};

/** @typedef {keyof typeof STANDARD} ImageName */

/**
 * The images to test with, by the variables that name them.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Record<ImageName, string>}
 */
export function images(env = process.env) {
  const names = /** @type {ImageName[]} */ (Object.keys(STANDARD));
  const chosen = names.map((name) => [name, env[name] || STANDARD[name]]);
  return /** @type {Record<ImageName, string>} */ (Object.fromEntries(chosen));
}

/**
 * Sees to it that an image is on the engine: one that is there is taken as it is, whatever a registry has.
 * @param {string} docker
 * @param {string} image
 * @returns {Promise<string | undefined>} in a sentence why it cannot be had
 */
export async function fetchImage(docker, image) {
  if (await succeeds(docker, ['image', 'inspect', image])) return undefined;
  try {
    await run(docker, ['pull', '--quiet', image], { timeoutMs: PULL_MS });
    return undefined;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return `there is no image ${image} here, and it cannot be pulled: ${error.message.trimEnd().split('\n').at(-1)}`;
  }
}
