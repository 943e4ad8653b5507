import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tailOf } from '../local/log-file.mjs';
import { ManagedProcess } from '../local/managed-process.mjs';
import { SetupError } from '../local/run.mjs';
import { until } from '../local/wait.mjs';
import { stackFiles } from './fleet.mjs';
import { isHealthy } from './unit/unit-process.mjs';

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), 'unit', 'backing-services.mjs');
const START_MS = 10_000;
const SIDES = /** @type {const} */ (['production', 'staging']);

/**
 * @typedef {import('./layout.mjs').Side} Side
 * @typedef {{ id: string, service: string, address: string, next?: { address: string, path: string } }} BackingUnit
 */

/** The services behind web, orders and stock: a process for production's units of both, and one for staging's. */
export class BackingServices {
  #processes;
  #addresses;

  /** @param {import('./fleet.mjs').Fleet} fleet */
  constructor({ folder, layout }) {
    this.#addresses = [layout.orders, layout.stock].flatMap(({ units }) =>
      [...units.production, ...units.staging].map(({ address }) => address),
    );
    this.#processes = SIDES.map((side) => {
      const file = join(folder, `backing-${side}.json`);
      const calls = stackFiles(folder).calls[side];
      writeFileSync(file, JSON.stringify({ owner: process.pid, calls, units: unitsOf(layout, side) }));
      return new ManagedProcess({
        name: `orders and stock in ${side}`,
        command: process.execPath,
        args: [PROGRAM, file],
        marker: file,
        logFile: join(folder, `backing-${side}.log`),
        pidFile: join(folder, `backing-${side}.pid`),
      });
    });
  }

  /** Ends when every unit answers. */
  async start() {
    for (const one of this.#processes) one.start();
    const answered = async () => (await Promise.all(this.#addresses.map(isHealthy))).every(Boolean);
    const up = await until(async () => this.#dead() ?? (await answered()), { timeoutMs: START_MS });
    if (up === true) return;
    const logs = this.#processes.map(({ name, logFile }) => `${name}:\n${tailOf(logFile)}`);
    throw new SetupError(`The services behind web did not come up.\n${logs.join('\n')}`);
  }

  async stop() {
    await Promise.all(this.#processes.map((one) => one.stop()));
  }

  #dead() {
    return this.#processes.find(({ deaths }) => deaths > 0);
  }
}

/**
 * @param {import('./layout.mjs').Layout} layout
 * @param {Side} side
 * @returns {BackingUnit[]}
 */
function unitsOf({ orders, stock }, side) {
  const next = { address: stock.listen[side], path: '/reserve' };
  return [
    ...orders.units[side].map((unit) => ({ ...unit, service: 'orders', next })),
    ...stock.units[side].map((unit) => ({ ...unit, service: 'stock' })),
  ];
}
