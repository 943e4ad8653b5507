import { join } from 'node:path';
import { createNats } from '../local/nats.mjs';
import { createPlane } from '../local/plane.mjs';
import { createFleet } from './fleet.mjs';
import { Load } from './load.mjs';

/**
 * Everything that the demo needs, running: NATS, the fleet on its first version, the five services, users.
 * @param {object} options
 * @param {string} options.folder all of it lives here
 * @param {import('../local/nats-server.mjs').NatsServer} options.server
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import('../local/log.mjs').Log} options.log
 * @param {import('../local/shutdown.mjs').Shutdown} options.shutdown takes each part over before it starts
 */
export async function setStage({ folder, server, env, log, shutdown }) {
  const data = join(folder, 'data');

  const nats = await createNats({ server, data });
  shutdown.add('NATS', () => nats.stop());
  await log.step('starting NATS', () => nats.start());
  log.say(`NATS ${nats.version}: ${nats.durability}.`);

  const fleet = await createFleet({ folder: join(folder, 'fleet') });
  shutdown.add('the fleet', () => fleet.stop());
  await log.step(`starting ${fleet.units.length} units`, () => fleet.start());

  const plane = await createPlane({ data, natsUrl: nats.url, env });
  shutdown.add('the services', () => plane.stop());
  await log.step('starting five services', async () => {
    plane.start();
    await plane.ready();
  });

  const load = new Load(fleet.units);
  shutdown.add('the load', () => load.stop());
  await load.start();
  return { fleet, plane, load };
}
