import { join } from 'node:path';
import { createNats } from '../local/nats.mjs';
import { createPlane } from '../local/plane.mjs';
import { BackingServices } from './backing.mjs';
import { createFleet } from './fleet.mjs';
import { Load } from './load.mjs';
import { createRouter } from './router.mjs';

/**
 * Everything that the demo needs, running: NATS, both stacks on their first version, HAProxy before them, the five
 * services of Sluice, users.
 * @param {object} options
 * @param {string} options.folder all of it lives here
 * @param {import('../local/nats-server.mjs').NatsServer} options.server
 * @param {import('../local/haproxy.mjs').Haproxy} options.haproxy
 * @param {NodeJS.ProcessEnv} options.env
 * @param {import('../local/log.mjs').Log} options.log
 * @param {import('../local/shutdown.mjs').Shutdown} options.shutdown takes each part over before it starts
 */
export async function setStage({ folder, server, haproxy, env, log, shutdown }) {
  const data = join(folder, 'data');

  const nats = await createNats({ server, data });
  shutdown.add('NATS', () => nats.stop());
  await log.step('starting NATS', () => nats.start());
  log.say(`NATS ${nats.version}: ${nats.durability}.`);

  const fleet = await createFleet({ folder: join(folder, 'fleet') });
  const backing = new BackingServices(fleet);
  shutdown.add('orders and stock', () => backing.stop());
  shutdown.add('the fleet', () => fleet.stop());
  const { units, stagingUnits } = fleet;
  await log.step(`starting ${units.length} units of web, ${stagingUnits.length} more in staging, orders, stock`, () =>
    Promise.all([backing.start(), fleet.start()]),
  );

  const router = await createRouter(haproxy, fleet);
  shutdown.add('HAProxy', () => router.stop());
  await log.step('starting HAProxy', () => router.start());
  log.say(`HAProxy ${haproxy.version} before both stacks, configured as Sluice generates it.`);

  const plane = await createPlane({ data, natsUrl: nats.url, env });
  shutdown.add('the services', () => plane.stop());
  await log.step('starting five services', async () => {
    plane.start();
    await plane.ready();
  });

  const load = new Load(router.url, { staging: stagingUnits.map(({ id }) => id) });
  shutdown.add('the load', () => load.stop());
  load.start();
  return { fleet, plane, load };
}
