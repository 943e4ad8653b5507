import { createServer } from 'node:net';
import { freePorts } from '../local/ports.mjs';
import { SetupError } from '../local/run.mjs';

/** Loopback addresses that tell who is who. Production's units are all at 127.0.0.1. */
export const NETWORKS = /** @type {const} */ ({ staging: '127.0.3.0/24', internal: '127.0.5.0/24' });

/** Clusters of the demo, by region. In Europe prices are in euros. */
export const REGIONS = /** @type {const} */ ([
  { region: 'eu', currency: 'eur', zones: ['eu-1'] },
  { region: 'us', currency: 'usd', zones: ['us-1', 'us-2'] },
]);

const COUNTS = { staging: 2, backing: { production: 2, staging: 1 } };

/**
 * @typedef {{ id: string, cluster: string, address: string, currency: string }} FleetUnit
 * @typedef {{ id: string, address: string }} ServiceUnit
 * @typedef {'production' | 'staging'} Side
 * @typedef {{ units: Record<Side, ServiceUnit[]>, listen: Record<Side, string> }} Backing
 */

/**
 * Where everything listens. Web calls orders, orders calls stock, each through the router's listener of its side.
 * @typedef {object} Layout
 * @property {string} entry where users come in
 * @property {FleetUnit[]} production units of web
 * @property {FleetUnit[]} staging units of web; their cluster is the environment
 * @property {Backing} orders
 * @property {Backing} stock
 */

/**
 * Units by name and address: eu-1-a, eu-1-b and so on, web-staging-a, orders-a, …
 * @param {number} perCluster
 * @returns {Promise<Layout>}
 */
export async function layOut(perCluster) {
  await checkLoopback();
  const clusters = REGIONS.flatMap(({ zones, currency }) => zones.map((name) => ({ name, currency })));
  const backingUnits = COUNTS.backing.production + COUNTS.backing.staging;
  const ports = await freePorts(clusters.length * perCluster + COUNTS.staging + 2 * (backingUnits + 2) + 1);
  const place = (host = '127.0.0.1') => `${host}:${ports.pop()}`;
  /** @type {(service: string, host: string) => Backing} */
  const backing = (service, host) => ({
    units: {
      production: letters(COUNTS.backing.production).map((letter) => ({
        id: `${service}-${letter}`,
        address: place(),
      })),
      // One service to an address: who calls from there is known by it.
      staging: letters(COUNTS.backing.staging).map((letter) => ({
        id: `${service}-staging-${letter}`,
        address: place(host),
      })),
    },
    listen: { production: place(), staging: place() },
  });
  return {
    entry: place(),
    production: clusters.flatMap(({ name, currency }) =>
      letters(perCluster).map((letter) => ({ id: `${name}-${letter}`, cluster: name, address: place(), currency })),
    ),
    staging: letters(COUNTS.staging).map((letter, i) => ({
      id: `web-staging-${letter}`,
      cluster: 'staging',
      address: place(`127.0.3.${11 + i}`),
      currency: 'usd',
    })),
    orders: backing('orders', '127.0.3.21'),
    stock: backing('stock', '127.0.3.31'),
  };
}

/** @param {number} count */
function letters(count) {
  return Array.from({ length: count }, (_, i) => String.fromCharCode(97 + i));
}

/** Linux takes all of 127.0.0.0/8 for itself; elsewhere addresses have to be added. */
async function checkLoopback() {
  const server = createServer();
  const error = await new Promise((resolve) => {
    server.once('error', resolve).listen(0, '127.0.5.11', () => server.close(resolve));
  });
  if (!error) return;
  throw new SetupError(
    'The demo gives staging and the people inside loopback addresses of their own, and 127.0.5.11 is none here. ' +
      'On macOS: for i in 3.11 3.12 3.21 3.31 5.11 5.12 5.13; do sudo ifconfig lo0 alias 127.0.$i; done',
  );
}
