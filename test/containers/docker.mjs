import { run, SetupError, succeeds } from '../../deploy/local/run.mjs';
import { ROOT } from '../../deploy/local/setup.mjs';
import { which } from '../../deploy/local/which.mjs';

const BUILD_MS = 900_000;
const COMMAND_MS = 300_000;

/** @typedef {{ docker: string, compose: string[] }} Engine */

/**
 * The engine of this machine and its compose, the plugin or the older program; or, in a sentence, what is missing.
 * @returns {Promise<Engine | { missing: string }>}
 */
export async function findEngine() {
  const docker = which('docker');
  if (!docker) return { missing: 'there is no docker on this machine' };
  if (!(await succeeds(docker, ['info']))) return { missing: 'docker is installed, but no engine answers it' };
  if (await succeeds(docker, ['compose', 'version'])) return { docker, compose: [docker, 'compose'] };
  const older = which('docker-compose');
  return older ? { docker, compose: [older] } : { missing: 'docker has no compose' };
}

/**
 * Which NATS server is in an image.
 * @param {Engine} engine
 * @param {string} image
 */
export function serverVersion({ docker }, image) {
  return run(docker, ['run', '--rm', image, '--version'], { timeoutMs: COMMAND_MS });
}

/** One engine, and one project of docker-compose.yml on it. */
export class Project {
  #docker;
  #compose;
  #env;

  /**
   * @param {Engine} engine
   * @param {string} name of the project: containers, networks and volumes are named after it
   * @param {NodeJS.ProcessEnv} env what docker-compose.yml is told
   */
  constructor({ docker, compose }, name, env) {
    this.#docker = docker;
    this.#compose = [...compose, '--file', 'docker-compose.yml', '--project-name', name, '--profile', 'demo'];
    this.#env = { ...process.env, ...env };
  }

  /**
   * Packages come from where this machine gets them, so that the build is on its network.
   * @param {string} image
   * @param {string} base what it is made from
   */
  build(image, base) {
    const from = ['--build-arg', `NODE_IMAGE=${base}`, '--file', 'deploy/docker/Dockerfile', '.'];
    return this.docker(['build', '--network', 'host', '--tag', image, ...from], BUILD_MS);
  }

  /**
   * @param {string[]} args
   * @param {number} [timeoutMs]
   */
  docker(args, timeoutMs = COMMAND_MS) {
    return run(this.#docker, args, { cwd: ROOT, env: this.#env, timeoutMs });
  }

  /** @param {string[]} args */
  compose(...args) {
    const [program = '', ...first] = this.#compose;
    return run(program, [...first, ...args], { cwd: ROOT, env: this.#env, timeoutMs: COMMAND_MS });
  }

  /**
   * Runs a piece of JavaScript in a service's container; what it prints last has to be JSON.
   * @param {string} service
   * @param {string} script
   */
  async evaluate(service, script) {
    const output = await this.compose('exec', '-T', service, 'node', '--input-type=module', '-e', script);
    return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
  }

  /**
   * What the engine knows of a service's container, running or not.
   * @param {string} service
   */
  async inspect(service) {
    const id = (await this.compose('ps', '--quiet', '--all', service)).trim();
    if (!/^[0-9a-f]{12,64}$/.test(id)) throw new SetupError(`there is no container of ${service}`);
    const [container] = JSON.parse(await this.docker(['inspect', id]));
    return container;
  }
}
