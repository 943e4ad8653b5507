import { installer } from './packages.mjs';
import { run, SetupError, succeeds } from './run.mjs';
import { which } from './which.mjs';

const IMAGE = 'nats:2.12';

/**
 * One that we start: a program, or a container.
 * @typedef {{ kind: 'binary', path: string, version: string }
 *   | { kind: 'docker', docker: string, image: string, version: string }} OwnServer
 */

/**
 * Where NATS comes from; a URL is a server that runs already.
 * @typedef {{ kind: 'url', url: string } | OwnServer} NatsServer
 */

/**
 * Each way to come by a server, in the order in which they are tried; undefined when it is not one on this machine.
 * @type {((log: import('./log.mjs').Log, env: NodeJS.ProcessEnv) => Promise<NatsServer | undefined>)[]}
 */
const WAYS = [fromEnvironment, fromPath, fromPackages, fromDocker];

/**
 * @param {import('./log.mjs').Log} log
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<NatsServer>}
 */
export async function findNats(log, env = process.env) {
  for (const way of WAYS) {
    const server = await way(log, env);
    if (server) return server;
  }
  throw new SetupError(
    'No NATS server: install nats-server (2.9 or newer) or Docker, or set NATS_URL to one that runs.',
  );
}

/** @type {typeof WAYS[number]} */
async function fromEnvironment(_log, env) {
  return env.NATS_URL ? { kind: 'url', url: env.NATS_URL } : undefined;
}

/** @type {typeof WAYS[number]} */
async function fromPath(_log, env) {
  const path = which('nats-server', env);
  if (!path) return undefined;
  const output = await run(path, ['--version'], { timeoutMs: 10_000 });
  return { kind: 'binary', path, version: /v?(\d+\.\d+\.\d+)/.exec(output)?.[1] ?? '0.0.0' };
}

/** @type {typeof WAYS[number]} */
async function fromPackages(log, env) {
  const install = installer('nats-server', env);
  if (!install) return undefined;
  try {
    await log.step('installing nats-server', install);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.say(error.message);
    return undefined;
  }
  return fromPath(log, env);
}

/** @type {typeof WAYS[number]} */
async function fromDocker(log, env) {
  const docker = which('docker', env);
  if (!docker || !(await succeeds(docker, ['info']))) return undefined;
  if (!(await succeeds(docker, ['image', 'inspect', IMAGE]))) {
    await log.step(`pulling ${IMAGE}`, () => run(docker, ['pull', IMAGE]));
  }
  return { kind: 'docker', docker, image: IMAGE, version: IMAGE.split(':')[1] ?? '0' };
}
