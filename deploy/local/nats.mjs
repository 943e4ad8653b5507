import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tailOf } from './log-file.mjs';
import { ManagedProcess } from './managed-process.mjs';
import { containerName, durabilityOf, serverCommand, serverConfig } from './nats-config.mjs';
import { greeting } from './nats-greeting.mjs';
import { freePort } from './ports.mjs';
import { SetupError, succeeds } from './run.mjs';
import { until } from './wait.mjs';

const START_MS = 20_000;

/**
 * A NATS server to talk to. `start` ends when it answers, and only then are the other fields there.
 * @typedef {object} Nats
 * @property {string} url
 * @property {string} version
 * @property {string} durability what becomes of acknowledged events when the power goes, in a sentence
 * @property {() => number | undefined} pid of our own server
 * @property {() => Promise<void>} start
 * @property {() => Promise<void>} stop
 */

/**
 * Our own server on a free loopback port with its data under `<data>/nats`, or the one that runs already.
 * @param {object} options
 * @param {import('./nats-server.mjs').NatsServer} options.server
 * @param {string} options.data
 * @param {boolean} [options.supervised] start it again when it dies
 * @returns {Promise<Nats>}
 */
export async function createNats({ server, data, supervised = false }) {
  return server.kind === 'url' ? remoteNats(server.url) : ownNats(server, data, supervised, await freePort());
}

/**
 * @param {import('./nats-server.mjs').OwnServer} server
 * @param {string} data
 * @param {boolean} supervised
 * @param {number} port
 * @returns {Nats}
 */
function ownNats(server, data, supervised, port) {
  const folder = join(data, 'nats');
  const config = join(folder, 'nats-server.conf');
  const url = `nats://127.0.0.1:${port}`;
  const child = new ManagedProcess(
    {
      name: 'nats',
      ...serverCommand(server, folder, config, port),
      logFile: join(data, 'logs', 'nats.log'),
      pidFile: join(data, 'run', 'nats.pid'),
      marker: config,
    },
    { supervised },
  );
  return {
    url,
    version: server.version,
    durability: durabilityOf(server.version),
    pid: () => child.pid,
    async start() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(config, serverConfig(server, folder, port));
      if (server.kind === 'docker') await succeeds(server.docker, ['rm', '-f', containerName(folder)]);
      child.start();
      const answer = await until(async () => child.deaths > 0 || (await greeting(url)), { timeoutMs: START_MS });
      if (!answer || answer === true) {
        throw new SetupError(`nats-server did not come up on port ${port}:\n${tailOf(child.logFile)}`);
      }
    },
    stop: () => child.stop(),
  };
}

/**
 * @param {string} url
 * @returns {Nats}
 */
function remoteNats(url) {
  const nats = {
    url,
    version: '',
    durability: 'acknowledged events survive a power cut if the server has sync_interval "always"',
    pid: () => undefined,
    async start() {
      const info = await until(() => greeting(url), { timeoutMs: START_MS / 2 });
      if (!info) throw new SetupError(`NATS_URL is ${url}, and no NATS server answers there.`);
      if (!info.jetstream) throw new SetupError(`The NATS server at ${url} has no JetStream: start it with -js.`);
      nats.version = info.version;
    },
    stop: async () => {},
  };
  return nats;
}
