import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { ManagedProcess } from './managed-process.mjs';
import { isNoAnswer } from './no-answer.mjs';
import { freePort } from './ports.mjs';
import { ROOT } from './setup.mjs';
import { until } from './wait.mjs';

/** In the order in which they are started. They are stopped the other way round: no more commands first. */
export const SERVICES = /** @type {const} */ (['audit', 'planner', 'executor', 'observer', 'gateway']);

/** @typedef {typeof SERVICES[number]} ServiceName */

const READY_MS = 60_000;
const STOP_MS = 10_000;
const DEATHS_ALLOWED = 2;

/** The services did not become ready; their logs say why. */
export class PlaneError extends Error {
  /** @override */
  name = 'PlaneError';
}

/**
 * The five services as five processes on this machine.
 *
 * Emits `started` ({ service, pid, again }) and `died` ({ service, code, signal }).
 */
export class Plane extends EventEmitter {
  /** @type {Map<string, ManagedProcess>} */
  #services = new Map();
  #url;
  #deathsAllowed;

  /**
   * @param {object} options
   * @param {string} options.data data folder of all services, logs under `logs/`
   * @param {string} options.natsUrl
   * @param {number} options.port the gateway's
   * @param {boolean} options.supervised start again what died by itself
   * @param {NodeJS.ProcessEnv} options.env what else the services find in their environment
   * @param {Partial<Record<ServiceName, NodeJS.ProcessEnv>>} options.own what one of them alone finds there
   * @param {string} options.root
   */
  constructor({ data, natsUrl, port, supervised, env, own, root }) {
    super();
    this.#url = `http://127.0.0.1:${port}`;
    this.#deathsAllowed = supervised ? DEATHS_ALLOWED : 0;
    const everywhere = { EVENT_STORE_URL: natsUrl, ...env, NATS_URL: natsUrl, SLUICE_DATA: data };
    for (const name of SERVICES) {
      // Started again, it takes up at once what it had in hand.
      const shared = { ...everywhere, INSTANCE: name };
      const script = join(root, 'dist', 'services', name, 'src', 'main.js');
      const service = new ManagedProcess(
        {
          name,
          command: process.execPath,
          args: [script],
          marker: script,
          cwd: root,
          env: {
            ...(name === 'gateway' ? { ...shared, HOST: '127.0.0.1', PORT: String(port) } : without(shared, 'PORT')),
            ...own[name],
          },
          logFile: join(data, 'logs', `${name}.log`),
          pidFile: join(data, 'run', `${name}.pid`),
        },
        { supervised },
      );
      service.on('started', (started) => {
        if (name === 'audit') yieldToOthers(started.pid);
        this.emit('started', { service: name, ...started });
      });
      service.on('died', (death) => this.emit('died', { service: name, ...death }));
      this.#services.set(name, service);
    }
  }

  /** Where the gateway listens. */
  get url() {
    return this.#url;
  }

  /**
   * Starts one service, or all of them.
   * @param {ServiceName} [name]
   */
  start(name) {
    const services = name ? [this.#service(name)] : [...this.#services.values()];
    for (const service of services) service.start();
  }

  /** Ends when the gateway says that everything it needs is there. */
  async ready() {
    const ready = await until(() => this.#hopeless() || answers(`${this.#url}/readyz`), {
      timeoutMs: READY_MS,
      everyMs: 100,
    });
    if (ready && !this.#hopeless()) return;
    throw new PlaneError('The services did not become ready.');
  }

  /**
   * Ends a service without asking it, as a crash would.
   * @param {ServiceName} name
   * @param {NodeJS.Signals} [signal]
   */
  async kill(name, signal = 'SIGKILL') {
    await this.#service(name).kill(signal);
  }

  /**
   * Asks one service to end; it stays down until it is started again.
   * @param {ServiceName} name
   */
  async stopService(name) {
    await this.#service(name).stop(STOP_MS);
  }

  /** @param {ServiceName} name */
  pid(name) {
    return this.#service(name).pid;
  }

  /** Asks one after another to end, the gateway first; whatever runs after ten seconds is killed. */
  async stop() {
    const deadline = Date.now() + STOP_MS;
    for (const service of [...this.#services.values()].reverse()) {
      await service.stop(Math.max(0, deadline - Date.now()));
    }
  }

  /** A service that cannot start need not be waited for. */
  #hopeless() {
    return [...this.#services.values()].some((service) => service.deaths > this.#deathsAllowed);
  }

  /** @param {ServiceName} name */
  #service(name) {
    const service = this.#services.get(name);
    if (!service) throw new Error(`there is no service ${name}`);
    return service;
  }
}

/**
 * All share the cores of one machine, and the read models may lag: what commands and releases need goes first.
 * @param {number} pid
 */
function yieldToOthers(pid) {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    // It has died already, which others are told of.
    const { info } = /** @type {{ info?: { code?: string } }} */ (error);
    if (info?.code !== 'ESRCH') throw error;
  }
}

/**
 * The plane, not started yet: whoever makes it can see to its end before it begins.
 * @param {object} options
 * @param {string} options.data
 * @param {string} options.natsUrl
 * @param {number} [options.port] the gateway's; a free one when left out
 * @param {boolean} [options.supervised]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {Partial<Record<ServiceName, NodeJS.ProcessEnv>>} [options.own]
 * @param {string} [options.root]
 */
export async function createPlane({
  data,
  natsUrl,
  port,
  supervised = true,
  env = process.env,
  own = {},
  root = ROOT,
}) {
  mkdirSync(data, { recursive: true, mode: 0o700 });
  return new Plane({ data, natsUrl, port: port ?? (await freePort()), supervised, env, own, root });
}

/**
 * @param {string} url
 * @returns {Promise<boolean>}
 */
async function answers(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch (error) {
    // Nobody listens yet, or it takes too long: ask again.
    if (isNoAnswer(error)) return false;
    throw error;
  }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} name
 */
function without(env, name) {
  const { [name]: _, ...rest } = env;
  return rest;
}
